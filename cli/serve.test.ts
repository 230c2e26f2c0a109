import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "vitest";
import { redisIsHere, startRedis } from "../transports/backplane/redis/redis-server.test-fixture.ts";
import { transports } from "../transports/registry.ts";
import { endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

const start = (...words: string[]) => startNotifLab(words);

/** A connection of its own, a request that waits, and a session of HTTP/2; the others in the full set. */
const SHORT = ["websocket", "grpc"];

describe("serve", () => {
  for (const transport of transports.filter(({ supports }) => supports.network))
    test(`${transport.name} prints endpoint and token, serves, and ends soon with clients connected`, {
      timeout: 240_000,
      tags: SHORT.includes(transport.name) ? [] : ["full"],
    }, async () => {
      const { child, ended, texts } = start("serve", transport.name, "--port", "0", "--json");
      while (!texts.out.includes("\n")) await once(child.stdout, "data");
      const { endpoint, token } = JSON.parse(texts.out);
      const client = await transport.connect(
        { url: endpoint },
        { token, reconnect: { attempts: 0, delayMs: 0, jitter: 0 } },
      );
      const got = new Promise<string>((resolve) => {
        void client.subscribe("topic/news", (event) =>
          resolve(event.kind === "notification" ? event.body : ""),
        );
      });
      await client.publish({ channel: "topic/news", body: "hello" });
      assert.equal(await got, "hello");
      child.kill("SIGTERM");
      const { code } = await endedSoon(ended);
      assert.equal(code, 0);
      await client.closed;
      await client.close();
    });

  test("a backplane that is none, or not there, is told in one line", async () => {
    const none = await runNotifLab(["serve", "tcp", "--backplane", "http://127.0.0.1"]);
    assert.deepEqual([none.code, none.out], [2, ""]);
    assert.match(none.err, /^notif-lab: --backplane takes the address of a Redis.*\n$/);
    const away = await runNotifLab(["serve", "tcp", "--backplane", "redis://:secret@127.0.0.1:1"]);
    assert.equal(away.code, 1);
    assert.match(
      away.err,
      /^notif-lab: redis:\/\/127\.0\.0\.1:1: Redis can't be reached \(.*ECONNREFUSED.*\)\n$/,
    );
  });

  test.skipIf(!redisIsHere)("nodes with a backplane share channels, and end soon", async () => {
    const redis = await startRedis();
    const nodes = [1, 2].map(() => start("serve", "tcp", "--json", "--backplane", redis.url));
    const clients = await Promise.all(
      nodes.map(async ({ child, texts }) => {
        while (!texts.out.includes("\n")) await once(child.stdout, "data");
        const { endpoint, token } = JSON.parse(texts.out);
        return transports.find(({ name }) => name === "tcp")?.connect({ url: endpoint }, { token });
      }),
    );
    const [ann, bob] = clients;
    assert.ok(ann && bob);
    let arrived: (body: string) => void = () => undefined;
    const got = new Promise<string>((resolve) => {
      arrived = resolve;
    });
    await bob.subscribe("topic/news", (event) => arrived(event.kind === "notification" ? event.body : ""));
    // Its answer may come after the notification; closing before that would refuse it.
    await ann.publish({ channel: "topic/news", body: "hello" });
    assert.equal(await got, "hello");
    await Promise.all([ann.close(), bob.close()]);
    for (const { child, ended } of nodes) {
      child.kill("SIGTERM");
      assert.equal((await endedSoon(ended)).code, 0);
    }
    await redis.close();
  });

  test("a port that is taken is told in one line", async () => {
    const { child, ended, texts } = start("serve", "tcp", "--json");
    while (!texts.out.includes("\n")) await once(child.stdout, "data");
    const port = new URL(JSON.parse(texts.out).endpoint).port;
    const { code, err } = await runNotifLab(["serve", "websocket", "--port", port]);
    assert.equal(code, 1);
    assert.match(err, /can't listen on 127\.0\.0\.1:\d+ .*choose another --port/);
    child.kill("SIGINT");
    assert.equal((await ended).code, 0);
  });
});
