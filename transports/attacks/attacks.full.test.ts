/** @module-tag full */
import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { installedHere, transports } from "../registry.ts";
import { attacksOn, OTHER_PROTOCOL, OTHER_SERVER } from "./lists.ts";
import { type Footprint, type ServerProcess, startServer } from "./server-process.ts";
import { besiege, settle, warm } from "./siege.ts";

/** Of so many attacks a variant that speaks its transport's protocol has one, each variant others; `npm run attack` tries all. */
const VARIANT_SHARE = 3;

function isTried(name: string): (one: unknown, index: number) => boolean {
  if (!name.includes(":") || OTHER_PROTOCOL.includes(name) || OTHER_SERVER.includes(name)) return () => true;
  const turn = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return (_, index) => (index + turn) % VARIANT_SHARE === 0;
}

for (const transport of [...transports, ...(await installedHere())].filter(
  ({ supports }) => supports.network,
)) {
  const { name } = transport;
  const attacks = (await attacksOn(transport)).filter(isTried(name));

  describe(`attacks on ${name}`, () => {
    let server: ServerProcess;
    let before: Footprint;

    beforeAll(async () => {
      server = await startServer(name);
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
    for (const attack of attacks)
      test(attack.name, { timeout: 60_000, retry: 1 }, async () => {
        const { failures } = await besiege(transport, server, before, () => settle([attack], server));
        assert.deepEqual(failures, []);
      });
  });
}
