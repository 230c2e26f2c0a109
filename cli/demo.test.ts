import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:net";
import { afterEach, describe, onTestFinished, test } from "vitest";
import { pageTransports } from "../transports/browser.ts";
import { type Demo, startDemo } from "./demo/demo.ts";
import { childrenOf, endedSoon, runNotifLab, startNotifLab } from "./process.test-fixture.ts";

let demo: Demo | undefined;
afterEach(() => demo?.close());

async function start(): Promise<Demo> {
  demo = await startDemo({ port: 0, onInternalError: assert.ifError });
  return demo;
}

/** The answer to a request with header fields of one's own, which fetch() does not allow. */
async function ask(url: string, method: string, headers: Record<string, string>, body = "") {
  const asked = request(url, { method, headers });
  asked.end(body);
  const [response] = await once(asked, "response");
  response.resume();
  return response;
}

describe("the page", () => {
  test("names each transport that pages speak, and may ask nobody else", async () => {
    const { url, columns } = await start();
    const answer = await fetch(url);
    const page = await answer.text();
    assert.deepEqual(columns.map(({ name }) => name).sort(), Object.keys(pageTransports).sort());
    for (const column of columns) assert.ok(page.includes(JSON.stringify(column.url)), column.name);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const policy = answer.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*/);
  });

  test("answers to no other host than this machine", async () => {
    const { url } = await start();
    const { port } = new URL(url);
    assert.equal((await ask(url, "GET", { host: `localhost:${port}` })).statusCode, 200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1"])
      assert.equal((await ask(url, "GET", { host })).statusCode, 403, host);
  });

  test("takes orders from itself alone, and only those that it knows", async () => {
    const { url } = await start();
    const own = { origin: new URL(url).origin };
    const order = JSON.stringify({ order: "send", channel: "topic/news", body: "hello" });
    const status = async (headers: Record<string, string>, body: string) =>
      (await ask(`${url}orders`, "POST", headers, body)).statusCode;
    assert.equal(await status(own, order), 204);
    assert.equal(await status({}, order), 403);
    assert.equal(await status({ origin: "http://evil.example" }, order), 403);
    for (const body of ["", "{}", '{"order":"rate","perSecond":1e9}', "x".repeat(20_000)])
      assert.equal(await status(own, body), 400, body.slice(0, 40));
    assert.equal(await status(own, order.replace("topic/news", "nowhere")), 400);
  });
});

describe("notif-lab demo", () => {
  test("tells where it is, and ends with 0 at Ctrl-C, with nothing left", async () => {
    const { child, ended, texts } = startNotifLab(["demo", "--json"]);
    onTestFinished(() => void child.kill("SIGKILL"));
    while (!texts.out.includes("\n")) await once(child.stdout, "data");
    const { url, endpoints } = JSON.parse(texts.out);
    assert.equal((await fetch(url)).status, 200);
    assert.equal(endpoints.length, Object.keys(pageTransports).length);
    assert.deepEqual(childrenOf(child.pid), []);
    const following = await fetch(`${url}state`);
    child.kill("SIGINT");
    assert.deepEqual(await endedSoon(ended), { code: 0, out: texts.out, err: "" });
    await assert.rejects(following.text());
    await assert.rejects(fetch(url));
  });

  test("a port that is taken is told in one line, and so is one that is none", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const { code, out, err } = await runNotifLab(["demo", "--port", String(port)]);
    taken.close();
    assert.deepEqual([code, out], [1, ""]);
    assert.match(
      err,
      /^notif-lab: can't listen on 127\.0\.0\.1:\d+ \(.*\); choose another --port, or 0 for any\n$/,
    );
    const wrong = await runNotifLab(["demo", "--port", "70000"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /^notif-lab: --port takes a whole number from 0 to 65535, not "70000"\n$/);
  });
});
