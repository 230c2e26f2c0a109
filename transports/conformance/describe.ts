import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { TransportEntry } from "../port/entry.ts";
import { inTheClear } from "../port/tls.ts";
import type { Transport } from "../port/transport.ts";
import type { Check } from "./check.ts";
import { mutatedStreams } from "./checks/mutated-streams.ts";
import { knownHarm, structuredInputs } from "./checks/structured-inputs.ts";
import { readFixtures } from "./fuzz/fixtures.ts";
import { grammarOf } from "./fuzz/grammar-of.ts";
import { suite } from "./suite.ts";

/** Whether a check runs in `npm test`; the full set has it in any case. `index` is its place among the checks of this transport. */
type InShort = (one: Check, index: number) => boolean;

/** Of so many checks of a variant `npm test` runs one; other variants have other ones. */
const VARIANT_SHARE = 16;

/** A variant shares most of its code with its transport, in whose own run all is checked: what waits for timers, and all but a sample of the rest. */
function unlessOfVariant(transport: Transport): InShort {
  return transport.name.includes(":") ? sampleOf(transport) : () => true;
}

/** The same of a transport that shares most of its code with another one. */
export function sampleOf({ name }: Transport): InShort {
  const turn = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return ({ patient }, index) => !patient && (index + turn) % VARIANT_SHARE === 0;
}

/** Runs the whole suite against one transport; every transport's own test file calls it for each of its variants. */
export function describeConformance(
  transport: Transport,
  inShort: InShort = unlessOfVariant(transport),
): void {
  const { name, supports } = transport;
  describe(`conformance: ${name}`, async () => {
    const checks = [...suite, ...(await inputsFor(name))].filter(
      ({ network }) => supports.network || !network,
    );
    const run = (one: Check, index: number, concurrent: boolean) => {
      const tags = inShort(one, index) ? [] : (["full"] as const);
      test(one.name, { timeout: 60_000, concurrent, tags: [...tags] }, () => one.run(transport));
    };
    checks.forEach((one, index) => {
      if (!one.patient) run(one, index, false);
    });
    test("claims fit together", () => {
      assert.equal(
        supports.slowConsumer === "none",
        !supports.network,
        "who has no network has no slow consumer, and the reverse",
      );
    });
    checks.forEach((one, index) => {
      if (one.patient) run(one, index, true);
    });
    // Over TLS a server reads what it reads in the clear.
    if (!supports.network || inTheClear(name) !== undefined) return;
    for (const one of await manyInputsFor(name))
      test(one.name, { timeout: 120_000, tags: ["full", "release"] }, () => one.run(transport));
  });
}

/** The same of a transport whose server needs what may be missing: its tests are skipped then, with the reason, but fail on CI where it is `due`. */
export async function describeConformanceIfInstalled(transport: TransportEntry, due: boolean): Promise<void> {
  const missing = await transport.missing?.();
  if (missing === undefined) describeConformance(transport);
  else
    test.skipIf(!due || process.env.CI === undefined)(`conformance: ${transport.name}: ${missing}`, () =>
      assert.fail(missing),
    );
}

/** Of the grammar in the transport's folder, and the fixtures of what it found; none for a transport without one. */
async function inputsFor(transport: string): Promise<readonly Check[]> {
  const grammar = await grammarOf(transport);
  const known = readFixtures(transport).map(({ name, input }) => knownHarm(name, input));
  return grammar ? [...known, structuredInputs(grammar, 20)] : known;
}

/** More of them for a transport than for its variants, which read with most of its code: each input costs a connection, some milliseconds of CPU. */
async function manyInputsFor(transport: string): Promise<readonly Check[]> {
  const grammar = await grammarOf(transport);
  const isVariant = transport.includes(":");
  return [
    mutatedStreams(isVariant ? 500 : 2_000),
    ...(grammar ? [structuredInputs(grammar, isVariant ? 300 : 1_000)] : []),
  ];
}
