/** @module-tag full */
import assert from "node:assert/strict";
import { afterAll, beforeAll, describe, test } from "vitest";
import { transports } from "../registry.ts";
import { attacksOn } from "./lists.ts";
import { type Footprint, type ServerProcess, startServer } from "./server-process.ts";
import { besiege, settle, warm } from "./siege.ts";

for (const transport of transports.filter(({ supports }) => supports.network)) {
  const { name } = transport;
  const attacks = await attacksOn(transport);

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
