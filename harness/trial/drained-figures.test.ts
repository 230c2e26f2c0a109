import assert from "node:assert/strict";
import { test } from "vitest";
import type { LoadReport } from "../processes/messages.ts";
import { drainedOf } from "./drained-figures.ts";

type Drained = NonNullable<LoadReport["drained"]>;

const reportOf = (role: "probes" | "sinks", drained: Drained) => ({ role, drained }) as unknown as LoadReport;
const probes = (bodies: number[], bytes: number[]) =>
  reportOf("probes", { bodies, bytes, lastUs: 0, byInterval: [] });
const sinks = (bodies: number[], bytes: number[]) =>
  reportOf("sinks", { bodies, bytes, lastUs: 0, byInterval: [] });

test("where nobody was drained there is nothing to tell", () => {
  assert.equal(drainedOf([], 10), undefined);
});

test("what sinks count is what was delivered: what is missing is missing, and what came twice is beyond", () => {
  const found = drainedOf([probes([10, 10], [900, 900]), sinks([10, 9, 12], [900, 810, 1_080])], 10);
  assert.deepEqual(found, { figures: { probes: 2, sinks: 3, deliveries: 29, unlike: 0 }, beyond: 2 });
});

test("a sink that got as many bodies in other bytes than every probe is unlike", () => {
  const unlike = (probesGot: LoadReport) =>
    drainedOf([probesGot, sinks([10, 10], [900, 901])], 10)?.figures.unlike;
  assert.equal(unlike(probes([10, 10], [900, 900])), 1);
  // Two probes whose bytes differ allow for both.
  assert.equal(unlike(probes([10, 10], [900, 901])), 0);
  assert.equal(unlike(probes([10, 9], [900, 810])), 0, "a probe that lacks one is no measure");
});
