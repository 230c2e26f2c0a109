import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "vitest";
import { NATS } from "../../transports/engines/programs.ts";
import { canRun } from "../engines/balanced.test-fixture.ts";
import { startNats } from "../engines/nats.ts";
import { connectNats } from "./nats.ts";
import { connectionOptions } from "./nats-access.ts";
import { natsLibraries, openDirectory } from "./nats-directory.ts";

const TTL_MS = 1_000;
const BUCKETS = 40;

describe.runIf(canRun(NATS))("NATS", () => {
  test("waits with a question for who is about to come back, and not without end", async () => {
    const nats = await startNats();
    const [one, other] = [
      await connectNats({ url: nats.url }, "one"),
      await connectNats({ url: nats.url }, "other"),
    ];
    try {
      await assert.rejects(one.request("who", Buffer.from("?"), 400));
      const answer = one.request("who", Buffer.from("?"), 5_000);
      await sleep(300);
      other.subscribe("who", (_, respond) => respond(Buffer.from("me")));
      assert.equal(Buffer.from(await answer).toString(), "me");
    } finally {
      await Promise.all([one.close(), other.close()]);
      await nats.engine.stop();
    }
  });

  test("a directory that somebody has filled is refused before it is read", { timeout: 30_000 }, async () => {
    const nats = await startNats();
    const bus = await connectNats({ url: nats.url }, "test");
    try {
      const directory = await bus.directory();
      await Promise.all(Array.from({ length: 2_001 }, (_, index) => directory.put(`k${index}`, "x")));
      await assert.rejects(directory.all(), /2001 agents are announced .* too many/);
    } finally {
      await bus.close();
      await nats.engine.stop();
    }
  });

  test("the directory is read while its last entry expires, and nobody waits for what is gone", {
    timeout: 30_000,
  }, async () => {
    const nats = await startNats();
    const library = await natsLibraries();
    const connection = await library.connect(connectionOptions({ url: nats.url }, library));
    try {
      const until = async (bucket: number) => {
        const directory = await openDirectory(connection, { name: `b${bucket}`, ttlMs: TTL_MS });
        await directory.put("one", "here");
        await directory.put("gone", "was here");
        await directory.remove("gone");
        assert.deepEqual(await directory.all(), ["here"]);
        await sleep(TTL_MS - 200);
        while ((await directory.all()).length > 0);
      };
      await Promise.all(Array.from({ length: BUCKETS }, (_, bucket) => until(bucket)));
    } finally {
      await connection.close();
      await nats.engine.stop();
    }
  });
});
