import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { metricNamed } from "../reports/metrics/names.ts";
import { parseLink } from "../scenarios/link.ts";
import { scenarios } from "../scenarios/registry.ts";
import { claims } from "./registry.ts";
import { addsUp } from "./verdict.ts";

test("every claim has a name of its own, a source, and readings or the reason for none", () => {
  assert.equal(new Set(claims.map(({ id }) => id)).size, claims.length);
  for (const { id, source, readings, notRead } of claims) {
    assert.match(id, /^[a-z][a-z0-9-]{2,21}$/, id);
    assert.ok(source.title.length > 3, id);
    assert.equal(readings.length === 0, notRead !== undefined, id);
  }
});

test("only one sentence's own numbers don't add up", () => {
  const wrong = claims.filter(({ arithmetic = [] }) => arithmetic.some((check) => !addsUp(check)));
  assert.deepEqual(
    wrong.map(({ id }) => id),
    ["cloudbase"],
  );
});

test("a claim has parts or none: all the readings that decide are of one, or none is", () => {
  for (const { id, readings } of claims) {
    const deciding = readings.filter(({ role = "claim" }) => role === "claim");
    const named = deciding.filter(({ part }) => part !== undefined);
    assert.ok(named.length === 0 || named.length === deciding.length, id);
    assert.ok(
      readings.every(({ role, part }) => part === undefined || role === undefined || role === "claim"),
      id,
    );
  }
});

test("what a reading means is said without the one before it, which may be told elsewhere", () => {
  for (const { id, readings } of claims)
    for (const { meaning } of readings)
      assert.doesNotMatch(meaning, /^(and |but |the same(,| for | on | with ))/, id);
});

test("what is said to be about a figure, or what they may have measured, has both ends", () => {
  for (const { id, readings } of claims)
    for (const reading of readings) {
      if (reading.kind !== "measured") continue;
      if (reading.role !== "probably" && !reading.claimed.says.startsWith("about")) continue;
      const { low, high } = reading.claimed;
      assert.ok(low !== undefined && high !== undefined, id);
    }
});

describe("the experiments of", () => {
  test.each(claims.map((claim) => [claim.id, claim] as const))(
    "%s can be run as they stand",
    (_id, claim) => {
      for (const reading of claim.readings) {
        if (reading.kind !== "measured") continue;
        const { figure, claimed, places, axis, scaled } = reading;
        assert.ok(claimed.low !== undefined || claimed.high !== undefined);
        assert.ok(places.length > 0);
        for (const term of [figure.of, ...(figure.over ? [figure.over] : [])])
          assert.ok(metricNamed(term.metric), term.metric);
        for (const { setup, at } of places) {
          assert.ok(
            scenarios.some(({ name }) => name === setup.scenario),
            setup.scenario,
          );
          if (setup.link !== undefined) parseLink(setup.link);
          for (const one of scaled ?? [])
            assert.ok(setup[one.of] !== undefined, "what is scaled is among its numbers");
          assert.equal(at !== undefined, axis !== undefined, "places are on an axis or there is none");
        }
      }
    },
  );
});
