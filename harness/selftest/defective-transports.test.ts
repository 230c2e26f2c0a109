import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, test } from "vitest";
import { Hub } from "../../core/hub.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import { createBodyWriter } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { transports } from "./defective-transports.ts";
import { DEFECTS } from "./defects.ts";

const SUBSCRIBERS = 2;

/** Serves the transport in this process and publishes so many measured notifications; tells who got which when. */
async function feed(name: string, publishes: number) {
  const transport = transports.find((one) => one.name === name);
  assert.ok(transport);
  const secret = randomBytes(32).toString("hex");
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: "test",
    publishesPerMinute: Number.POSITIVE_INFINITY,
  });
  await collectGarbage();
  const heldBefore = process.memoryUsage().arrayBuffers;
  const server = await transport.serve(hub);
  const connect = (user: string) => transport.connect(server.endpoint, { token: jwtIssuer(secret)(user) });
  const clients = await Promise.all([connect("a"), connect("b")]);
  const publisher = await connect("p");
  const got: number[][] = clients.map(() => []);
  let lastUs = 0;
  for (const [index, client] of clients.entries())
    await client.subscribe("topic/feed", (event) => {
      lastUs = nowUs();
      got[index]?.push(event.seq);
    });
  const bodies = createBodyWriter(1);
  const sentUs = nowUs();
  for (let sequence = 0; sequence < publishes; sequence += 1) {
    const header = { measured: true, publisher: 0, sequence, intendedUs: 0, lagUs: 0 };
    const text = { plannedUs: 0, channel: "topic/feed", characters: 30 };
    await publisher.publish({ channel: "topic/feed", body: bodies.write(header, text) });
  }
  const answeredUs = nowUs();
  // Until no more has come for a while.
  let stillMs = 0;
  for (let seen = -1; stillMs < 150; stillMs += 30) {
    const count = got.flat().length;
    if (count !== seen) stillMs = 0;
    seen = count;
    await sleep(30);
  }
  const heldBytes = process.memoryUsage().arrayBuffers - heldBefore;
  await Promise.all([...clients, publisher].map((client) => client.close()));
  await server.close();
  return { got, tookUs: answeredUs - sentUs, untilLastUs: lastUs - sentUs, heldBytes };
}

/** So that none of it goes while something is held. Buffers go some time after the objects that had them. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") return;
  for (let round = 0; round < 3; round += 1) {
    collect();
    await sleep(20);
  }
}

describe("each defective transport is wrong in its one way", () => {
  test("lose-and-repeat loses, repeats and swaps as often as it says, for every subscriber", async () => {
    const { got } = await feed("tcp:lose-and-repeat", 100);
    assert.equal(got.length, SUBSCRIBERS);
    for (const seqs of got) {
      assert.equal(100 - new Set(seqs).size, DEFECTS.lost);
      assert.equal(seqs.length - new Set(seqs).size, DEFECTS.duplicated);
      assert.equal(
        seqs.filter((seq, index) => seq < (seqs[index - 1] ?? 0)).length,
        DEFECTS.swapped,
        seqs.join(" "),
      );
    }
  });

  test("delay-20ms hands over late, and all in order", { tags: ["full"] }, async () => {
    const { got, untilLastUs } = await feed("tcp:delay-20ms", 5);
    assert.deepEqual(got, [
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
    assert.ok(untilLastUs > DEFECTS.delayUs, `${untilLastUs} us`);
  });

  test("burn-500ms uses its CPU time, once", { tags: ["full"] }, async () => {
    const before = process.cpuUsage();
    const usedUs = () => process.cpuUsage(before).user + process.cpuUsage(before).system;
    await feed("tcp:burn-500ms", 30);
    while (usedUs() < DEFECTS.burnUs) await sleep(20);
    await sleep(100);
    // Of 30 notifications, and beside whatever else this process does.
    assert.ok(usedUs() < 4 * DEFECTS.burnUs, `${usedUs()} us`);
  });

  test("hold-16kib holds a buffer for every connection, outside of the heap", {
    tags: ["full"],
  }, async () => {
    const { heldBytes } = await feed("tcp:hold-16kib", 1);
    assert.ok(heldBytes >= 0.5 * (SUBSCRIBERS + 1) * DEFECTS.heldBytes, `${heldBytes} bytes`);
  });

  test("block-50ms blocks at every 20th, publish-1ms at every publish", { tags: ["full"] }, async () => {
    assert.ok((await feed("tcp:block-50ms", 40)).tookUs > 2 * DEFECTS.blockUs);
    assert.ok((await feed("tcp:publish-1ms", 40)).tookUs > 40 * DEFECTS.publishUs);
  });

  test("leak-64kib keeps memory with every notification", { tags: ["full"] }, async () => {
    const { heldBytes } = await feed("tcp:leak-64kib", 30);
    // What else in this process had buffers may have let go of some meanwhile.
    assert.ok(heldBytes >= 0.8 * 30 * DEFECTS.leakedBytes, `${heldBytes} bytes`);
  });
});
