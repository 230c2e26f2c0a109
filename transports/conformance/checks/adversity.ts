import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createInbox, until } from "../bench.ts";
import { check } from "../check.ts";
import { sendGarbage } from "../fuzz/streams.ts";
import { openProxy } from "../proxy.ts";
import { assertHealthy } from "./healthy.ts";
import { mutatedStreams } from "./mutated-streams.ts";

const MAX_BUFFERED = 256 * 1024;

export const adversity = [
  check("survives garbage on the raw socket", { short: true, network: true }, async (bench) => {
    await sendGarbage(bench.server.endpoint, { inputs: 40, seed: 1 });
    await assertHealthy(bench);
  }),

  mutatedStreams(20),

  check(
    "bounds what it holds for a subscriber that stops reading, and spares the others",
    { network: true, maxBodyCharacters: 65_536, serve: { maxBufferedBytes: MAX_BUFFERED } },
    async (bench, transport) => {
      const proxy = await openProxy(bench.server.endpoint);
      try {
        const { counters } = bench.hub;
        const stalled = await bench.connect("stalled", {}, proxy.endpoint);
        await stalled.subscribe("topic/feed", createInbox().onEvent);
        const bystander = await bench.connect("bystander");
        const inbox = createInbox();
        await bystander.subscribe("topic/feed", inbox.onEvent);
        const publisher = await bench.connect("publisher");
        proxy.stall();
        // Random, so that no compression shrinks it on the way.
        const body = randomBytes(49_152).toString("base64");
        const policy = transport.supports.slowConsumer;
        let sent = 0;
        // Kernel buffers on loopback take some megabytes before the server sees any backpressure at all.
        while (
          (policy === "disconnect" ? counters.slowDisconnects : counters.dropped) === 0 &&
          sent < 1_000
        ) {
          assert.equal(counters.sessions, 3, `one has left of itself, after ${sent} publishes`);
          await publisher.publish({ channel: "topic/feed", body });
          sent += 1;
          await inbox.waitFor(sent);
        }
        // What is asked before each event may be over the bound by the one before, and what waits for its turn to be written.
        const { mostHeldBytes } = counters;
        if (transport.supports.viaBroker) assert.equal(mostHeldBytes, 0, "a broker's bytes are not told");
        else
          assert.ok(
            mostHeldBytes > MAX_BUFFERED / 2 && mostHeldBytes < MAX_BUFFERED + 200_000,
            `${mostHeldBytes}`,
          );
        assert.equal(counters.slowDisconnects > 0, policy === "disconnect", `after ${sent} publishes`);
        assert.equal(counters.dropped > 0, policy === "drop-oldest", `after ${sent} publishes`);
        if (policy === "disconnect") await until("the stalled one is cut off", () => counters.sessions === 2);
        await publisher.publish({ channel: "topic/feed", body: "still flowing" });
        await inbox.waitFor(sent + 1);
      } finally {
        await proxy.close();
      }
    },
  ),
];
