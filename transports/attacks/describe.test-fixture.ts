import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { TransportEntry } from "../port/entry.ts";
import { defaultTransports } from "../registry.ts";
import type { Attack } from "./attack.ts";
import { attacksOn } from "./lists.ts";
import { type Footprint, type ServerProcess, startServer } from "./server-process.ts";
import { besiege, mostWait, settle, warm } from "./siege.ts";

/** Of so many attacks one is tried where a sample is enough, of each transport others; `npm run attack` tries all. */
const SAMPLE_SHARE = 3;
/** Patient attacks that are under way at once. */
const AT_ONCE = 6;

/** A variant that speaks its transport's protocol, on the same server, is attacked by a sample. */
const isVariant = ({ name, attackedAs }: TransportEntry) => name.includes(":") && attackedAs === undefined;

const isDefault = ({ name }: TransportEntry) => defaultTransports.some((one) => one.name === name);

function sampleOf(name: string): (one: unknown, index: number) => boolean {
  const turn = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return (_, index) => (index + turn) % SAMPLE_SHARE === 0;
}

/**
 * Tries the attacks on a server of each transport, or a sample of them: those that are patient side by side, the others one by one. The files
 * that call it run one at a time (`vitest.config.ts`), since a siege takes one processor for the server and one for the attacker. Those on
 * transports that a run has to name have the tag `release`.
 */
export function describeAttacks(transports: readonly TransportEntry[]): void {
  for (const transport of transports)
    describe(`attacks on ${transport.name}`, {
      tags: isDefault(transport) ? [] : ["release"],
    }, async () => {
      const all = await attacksOn(transport);
      attackOne(transport, isVariant(transport) ? all.filter(sampleOf(transport.name)) : all);
    });
}

function attackOne(transport: TransportEntry, attacks: readonly Attack[]): void {
  let server: ServerProcess;
  let before: Footprint;
  const failuresOf = async (attacks: readonly Attack[]) =>
    (await besiege(transport, server, before, () => settle(attacks, server), mostWait(attacks))).failures;

  beforeAll(async () => {
    server = await startServer(transport.name);
    before = await warm(transport, server);
  });

  afterAll(async () => {
    const { code, tookMs } = await server.stop();
    assert.deepEqual(
      [code, tookMs < 2_000],
      [0, true],
      `SIGTERM: exit ${code} after ${Math.round(tookMs)} ms`,
    );
  });

  // What a busy machine does to the pair's latency is not the attack's: each has a second try.
  for (const attack of attacks.filter(({ patient }) => !patient))
    test(attack.name, { timeout: 60_000, retry: 1 }, async () => {
      assert.deepEqual(await failuresOf([attack]), []);
    });
  for (const group of groupsOf(attacks.filter(({ patient }) => patient)))
    test(group.map((attack) => attack.name).join("; "), {
      timeout: 60_000 * group.length,
      retry: 0,
    }, async () => {
      if ((await failuresOf(group)).length === 0) return;
      // The second try is of each alone, and tells which it was.
      const failures: string[] = [];
      for (const attack of group)
        for (const failure of await failuresOf([attack])) failures.push(`${attack.name}: ${failure}`);
      assert.deepEqual(failures, []);
    });
}

function groupsOf(attacks: readonly Attack[]): Attack[][] {
  return Array.from({ length: Math.ceil(attacks.length / AT_ONCE) }, (_, index) =>
    attacks.slice(AT_ONCE * index, AT_ONCE * (index + 1)),
  );
}
