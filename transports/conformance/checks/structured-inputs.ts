import assert from "node:assert/strict";
import { type Bench, createInbox } from "../bench.ts";
import { type Check, check } from "../check.ts";
import { FUZZ_EPOCH, FUZZ_SECRET, type Grammar, type Input } from "../fuzz/input.ts";
import { play } from "../fuzz/play.ts";
import { sendStructured } from "../fuzz/structured.ts";
import { assertHealthy } from "./healthy.ts";

/** Internal errors count, though they end one connection alone. */
function unharmed(name: string, harm: (bench: Bench, transportName: string) => Promise<void>): Check {
  const internalErrors: unknown[] = [];
  const options = {
    network: true,
    secret: FUZZ_SECRET,
    epoch: FUZZ_EPOCH,
    replayWindow: 100,
    onInternalError: (error: unknown) => internalErrors.push(error),
  };
  return check(name, options, async (bench, transport) => {
    internalErrors.length = 0;
    const secret = createInbox();
    const bob = await bench.connect("bob");
    await bob.subscribe("user/bob", secret.onEvent);
    await harm(bench, transport.name);
    assert.deepEqual(internalErrors, []);
    assert.deepEqual(secret.events, [], "nothing strays into another user's channel");
    await assertHealthy(bench);
  });
}

const sceneOf = ({ server }: Bench) => ({ endpoint: server.endpoint, epoch: FUZZ_EPOCH });

/** So many inputs of the transport's grammar, the same ones in every run. */
export const structuredInputs = (grammar: Grammar, inputs: number): Check =>
  unharmed(`survives ${inputs} structured inputs`, async (bench, transport) => {
    const passage = { from: 0, inputs, atOnce: 16 };
    await sendStructured({ transport, grammar, seed: 7 }, sceneOf(bench), passage);
  });

/** What once harmed a server. */
export const knownHarm = (name: string, input: Input): Check =>
  unharmed(`bears what once harmed it: ${name}`, (bench) => play(sceneOf(bench), input));
