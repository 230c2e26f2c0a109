import assert from "node:assert/strict";
import { createInbox, until } from "../bench.ts";
import { type Check, check } from "../check.ts";
import { fuzz } from "../fuzz/streams.ts";
import { openProxy } from "../proxy.ts";
import { assertHealthy } from "./healthy.ts";

/** Plays what a client of the transport sent again, so many times, each time with other mutations. */
export const mutatedStreams = (inputs: number): Check =>
  check(
    `survives ${inputs} mutated client streams`,
    {
      network: true,
      // What node:http2 doesn't tell of a connection with malformed frames, only the heartbeat finds.
      heartbeat: { intervalMs: 2_000, timeoutMs: 3_000 },
      // node:http2 holds the connections of malformed streams until their deadline, and all of these are of one address.
      serve: { maxConnectionsPerAddress: inputs + 100 },
    },
    async (bench) => {
      const proxy = await openProxy(bench.server.endpoint);
      const secret = createInbox();
      try {
        const bob = await bench.connect("bob");
        await bob.subscribe("user/bob", secret.onEvent);
        const ann = await bench.connect("ann", {}, proxy.endpoint);
        await ann.subscribe("topic/news", createInbox().onEvent);
        for (let i = 0; i < 3; i += 1) await ann.publish({ channel: "topic/news", body: `message ${i}` });
        await ann.close();
        assert.equal(await fuzz(bench.server.endpoint, proxy.recordings, { inputs, seed: 7 }), inputs);
        // A session of polls lives on until its next one is due: some seven seconds by the heartbeat above, longer where the machine is busy.
        await until("no session is left but bob's", () => bench.hub.counters.sessions <= 1, 30_000);
        assert.equal(bench.hub.counters.sessions, 1, "bob is still there");
        assert.deepEqual(secret.events, [], "nothing strays into another user's channel");
        await assertHealthy(bench);
      } finally {
        await proxy.close();
      }
    },
  );
