import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { describe, test } from "vitest";
import { code, until } from "../../conformance/bench.ts";
import { openNode } from "../conformance/nodes.test-fixture.ts";
import { connectRedis } from "./backplane.ts";
import { onRedis, publishAgain } from "./nodes-on-redis.test-fixture.ts";
import { redisIsHere } from "./redis-server.test-fixture.ts";

describe.skipIf(!redisIsHere)("what Redis refuses", () => {
  const site = onRedis();
  const { open } = site;

  test("full memory, a replica and a lacking permission refuse with a reason, and pass", async () => {
    const here = await open();
    const [ann, bob] = [here.connect("ann"), here.connect("bob")];
    await bob.follow("topic/a");
    const refused = async (reason: RegExp) =>
      assert.rejects(
        ann.publish("topic/a", "x"),
        (error) => code("unavailable")(error) && reason.test(String(error)),
      );
    await site.redis.command("CONFIG", "SET", "maxmemory", "1");
    await refused(/maxmemory/);
    await site.redis.command("CONFIG", "SET", "maxmemory", "0");
    await publishAgain(ann, "topic/a", "1");
    await site.redis.command("ACL", "SETUSER", "default", "-publish");
    await refused(/permission/);
    await site.redis.command("ACL", "SETUSER", "default", "+publish");
    await publishAgain(ann, "topic/a", "2");
    await site.redis.command("REPLICAOF", "127.0.0.1", "1");
    await refused(/replica/);
    await site.redis.command("REPLICAOF", "NO", "ONE");
    await publishAgain(ann, "topic/a", "3");
    await until("the last has come", () => bob.bodies.at(-1) === "3");
    assert.deepEqual(
      bob.bodies.filter((body) => body !== "gap"),
      ["1", "2", "3"],
    );
  });

  test("a user with the permissions that the documentation names can do all, and one with fewer is told", async () => {
    const page = await readFile(new URL("../../../docs/backplane.md", import.meta.url), "utf8");
    const [, rules = ""] = /ACL SETUSER lab ([^`]*)/.exec(page) ?? [];
    await site.redis.command("ACL", "SETUSER", "lab", ...rules.trim().split(/\s+/));
    const url = site.redis.url.replace("//", "//lab:password@");
    const node = openNode(await connectRedis(url), { publishesPerMinute: 1_000, receiptWindow: 10 });
    site.closeLater(node.close);
    const [ann, bob] = [node.connect("ann"), node.connect("bob")];
    await Promise.all([ann.follow("user/ann"), bob.follow("topic/a")]);
    for (let index = 0; index < 70; index += 1) await ann.publish("topic/a", "x");
    await bob.has(70);
    await bob.read(bob.events.at(-1)?.id ?? "");
    await ann.has(1);
    bob.leave();
    await site.redis.command("ACL", "SETUSER", "lab", "-sadd");
    await assert.rejects(
      connectRedis(url),
      (error) => code("unavailable")(error) && /permission/.test(String(error)),
    );
  });

  test("none, one that is too old, and one that wants a password are told in a line", async () => {
    const refused = (url: string, reason: RegExp) =>
      assert.rejects(connectRedis(url), (error) => code("unavailable")(error) && reason.test(String(error)));
    await site.redis.command("CONFIG", "SET", "requirepass", "secret");
    await refused(site.redis.url, /password/);
    await refused(site.redis.url.replace("//", "//:wrong@"), /password/);
    const right = await connectRedis(site.redis.url.replace("//", "//:secret@"));
    await right.close();
    const old = createServer((socket) => {
      socket.on("data", (chunk) => {
        for (const _ of chunk.toString().match(/\*\d+\r\n/g) ?? [])
          socket.write("%2\r\n$7\r\nversion\r\n$5\r\n6.2.9\r\n$5\r\nproto\r\n:3\r\n");
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => old.once("listening", resolve));
    const address = old.address();
    assert.ok(address !== null && typeof address === "object");
    await refused(`redis://127.0.0.1:${address.port}`, /7 or newer/);
    old.close();
    await refused(`redis://127.0.0.1:${address.port}`, /ECONNREFUSED/);
  });
});
