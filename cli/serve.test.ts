import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "vitest";
import { transports } from "../transports/registry.ts";
import { endedSoon, startNotifLab } from "./process.test-fixture.ts";

const start = (...words: string[]) => startNotifLab(words);

describe("serve", () => {
  for (const transport of transports.filter(({ supports }) => supports.network))
    test(`${transport.name} prints endpoint and token, serves, and ends soon with clients connected`, {
      timeout: 240_000,
      tags: transport.name.includes(":") ? ["full"] : [],
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

  test("a port that is taken is told in one line", async () => {
    const { child, ended, texts } = start("serve", "tcp", "--json");
    while (!texts.out.includes("\n")) await once(child.stdout, "data");
    const port = new URL(JSON.parse(texts.out).endpoint).port;
    const { code, err } = await start("serve", "websocket", "--port", port).ended;
    assert.equal(code, 1);
    assert.match(err, /can't listen on 127\.0\.0\.1:\d+ .*choose another --port/);
    child.kill("SIGINT");
    assert.equal((await ended).code, 0);
  });
});
