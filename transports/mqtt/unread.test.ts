import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { until } from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import { publishPacket } from "./packets.ts";
import { ofType, openRawBench } from "./raw-bench.test-fixture.ts";
import type { RawClient } from "./raw-client.ts";
import { mqtt, mqttQos1, mqttWs } from "./transport.ts";

const raw = openRawBench();

describe("who does not read", () => {
  const request = publishPacket("request", '{"op":"read","ref":1,"id":"x"}');
  const count = 60_000;

  /** Sends without reading until the server has taken all, or takes no more. */
  const flood = async (client: RawClient, packets: Buffer) => {
    client.socket.pause();
    client.send(packets);
    const { counters } = raw.bench.hub;
    let [refused, since] = [-1, performance.now()];
    await until(
      "the server takes no more",
      () => {
        if (counters.refused !== refused) [refused, since] = [counters.refused, performance.now()];
        return performance.now() - since > 300;
      },
      50_000,
    );
  };

  for (const transport of [mqtt, mqttQos1, overTls(mqtt), mqttWs]) {
    test(`is not read either, and gets every answer when it reads again: ${transport.name}`, {
      timeout: 120_000,
      tags: ["full"],
    }, async () => {
      await raw.reopen(transport);
      const client = await raw.enter("ann");
      await flood(client, Buffer.concat(Array.from({ length: count }, () => request)));
      const { counters } = raw.bench.hub;
      assert.ok(counters.refused < count, "it has been read to the end");
      assert.ok(counters.mostHeldBytes < 512 * 1024, `${counters.mostHeldBytes} bytes were held`);
      client.socket.resume();
      // A busy machine may take long for all of them, but not for any.
      let [seen, since] = [-1, performance.now()];
      await until(
        "no more is answered",
        () => {
          const now = performance.now();
          if (client.received.length !== seen) [seen, since] = [client.received.length, now];
          return now - since > 10_000 || (seen > count && ofType(client, 0x30).length === count);
        },
        100_000,
      );
      assert.equal(ofType(client, 0x30).length, count);
      assert.equal(counters.slowDisconnects, 0);
    });
  }

  test("is cut off when its answers are more than may be held", {
    timeout: 60_000,
    tags: ["full"],
  }, async () => {
    await raw.reopen(mqtt, { serve: { maxBufferedBytes: 64 * 1024 } });
    const client = await raw.enter("ann");
    await flood(client, Buffer.concat(Array.from({ length: count }, () => request)));
    const { counters } = raw.bench.hub;
    assert.deepEqual([counters.slowDisconnects, counters.sessions], [1, 0]);
    assert.ok(counters.mostHeldBytes < 128 * 1024, `${counters.mostHeldBytes} bytes were held`);
  });

  test("is found without a keepalive, and below the bound", async () => {
    await raw.reopen(mqtt, {
      heartbeat: { intervalMs: 200, timeoutMs: 100 },
      serve: { maxBufferedBytes: 64 * 1024 * 1024 },
    });
    const client = await raw.enter("ann", ["topic/a"]);
    client.socket.pause();
    const eve = await raw.bench.connect("eve");
    const { counters } = raw.bench.hub;
    while (counters.mostHeldBytes === 0) await eve.publish({ channel: "topic/a", body: "x".repeat(1_000) });
    await until("it is cut off", () => counters.slowDisconnects === 1 && counters.sessions === 1);
  }, 60_000);
});

test("a client without a keepalive is watched over by the kernel's", async (context) => {
  const client = await raw.enter("ann");
  const port = Number(new URL(raw.bench.server.endpoint.url).port);
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, "0");
  let table: string;
  try {
    table = readFileSync("/proc/net/tcp", "utf8");
  } catch {
    return context.skip("no /proc/net/tcp here");
  }
  const [own] = table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, local, remote]) =>
        local?.endsWith(`:${hex(port)}`) && remote?.endsWith(`:${hex(client.socket.localPort ?? 0)}`),
    );
  // The timer that runs: 2 is keepalive (Documentation/networking/proc_net_tcp.rst).
  assert.equal(own?.[5]?.slice(0, 2), "02");
});
