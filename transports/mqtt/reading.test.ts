import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, test } from "vitest";
import { type Bench, openBench, until } from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import { publishWithId, subscribePacket } from "./packets.ts";
import { enterRaw } from "./raw-bench.test-fixture.ts";
import type { RawClient } from "./raw-client.ts";
import { READ_BYTES } from "./reading.ts";
import { mqtt, mqttQos1, mqttQos2, mqttWs } from "./transport.ts";

const REPLIES = "reply/c-1";
const FIRST_BYTES = { "QoS 1": 0x32, "QoS 2": 0x34 };
const refs = Array.from({ length: 400 }, (_, ref) => ref);
/** More than is handed on in one piece, so that the second one waits while the first is worked off. */
const BURST = 2 * READ_BYTES;

let bench: Bench;
let client: RawClient;

afterEach(async () => {
  client.socket.destroy();
  await bench.close();
});

/** Requests in a row, each of which is acknowledged as its first byte asks for, and answered. */
function requests(firstByte: number): Buffer {
  const request = (ref: number) => JSON.stringify({ op: "publish", ref, channel: "topic/a", body: "x" });
  return Buffer.concat(refs.map((ref) => publishWithId(firstByte, ref + 1, "request", request(ref))));
}

const answered = () => client.published(REPLIES).map((text) => JSON.parse(text).ref);

describe.each([mqtt, overTls(mqtt), mqttQos1, mqttQos2, mqttWs])("$name", (transport) => {
  const tags = transport.name.includes(":") ? ["full"] : [];

  test.each(Object.entries(FIRST_BYTES))(
    "takes all that comes while it works, however it is cut: %s",
    {
      tags,
    },
    async (_, firstByte) => {
      bench = await openBench(transport);
      client = enterRaw(bench.server.endpoint, { clientId: "c-1", token: bench.token("ann") });
      client.send(subscribePacket(1, 0, REPLIES));
      await until("it is let in", () => client.received.length === 2);
      const stream = requests(firstByte);
      // Behind each burst a little more, turn after turn, cut somewhere else each time.
      for (let at = 0, length = 1; at < stream.length; length += 1) {
        for (const bytes of [BURST, length, length]) {
          client.send(stream.subarray(at, at + bytes));
          at += bytes;
          await nextTurn();
        }
      }
      await until("all is answered", () => client.socket.destroyed || answered().length === refs.length);
      assert.deepEqual(answered(), refs);
    },
  );

  test("takes all that a client has sent before it ended its side", { tags }, async () => {
    bench = await openBench(transport);
    client = enterRaw(bench.server.endpoint, { clientId: "c-1", token: bench.token("ann") });
    await until("it is let in", () => client.received.length === 1);
    const stream = requests(0x34);
    client.send(stream.subarray(0, BURST));
    await nextTurn();
    client.send(stream.subarray(BURST));
    client.end();
    await client.closed;
    await until("its session has ended", () => bench.hub.counters.sessions === 0);
    assert.equal(bench.hub.counters.published, refs.length);
  });
});
