import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { ExternalClient } from "../../transports/port/external.ts";
import { readOwn } from "./own.ts";

/*
 * The modules of docs/examples for services that the tests can't reach, on stand-ins that have of the libraries what their documentation says and the
 * modules use: whether the services themselves are like that is untried.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  centrifuge: `
const topics = new Map();
export class Centrifuge {
  #on = {};
  constructor(url, { token, websocket }) { if (!token.includes(".") || !websocket) throw new Error("no token"); }
  on(name, listener) { this.#on[name] = listener; }
  connect() {}
  ready() { return Promise.resolve(); }
  newSubscription(name) {
    if (name.includes("/")) throw new Error(name);
    return {
      on: (_, listener) => topics.set(name, listener),
      subscribe: () => undefined,
      ready: () => Promise.resolve(),
    };
  }
  async publish(name, data) { topics.get(name)({ data }); }
  disconnect() { this.#on.disconnected({ reason: "bye" }); }
}`,
  ws: "export class WebSocket {}",
  ably: `
export class Realtime {
  #on = {};
  #topics = new Map();
  constructor({ key }) { this.key = key; }
  connection = { once: (state, listener) => {
    if (listener) this.#on[state] = listener;
    return this.key === "no network" ? new Promise(() => undefined) : Promise.resolve();
  } };
  channels = { get: (name) => ({
    subscribe: async (event, listener) => this.#topics.set(name + event, listener),
    publish: async (event, data) => this.#topics.get(name + event)({ id: "1", data }),
  }) };
  close() { this.#on.closed({}); }
}`,
  "pusher-js": `
globalThis.pusherTopics = new Map();
export default class Pusher {
  #on = {};
  connection = { bind: (state, listener) => {
    this.#on[state] = listener;
    if (state === "connected") queueMicrotask(() => listener());
  } };
  subscribe(name) {
    if (name.includes("/")) throw new Error(name);
    return { bind: (event, listener) => {
      if (event === "pusher:subscription_succeeded") queueMicrotask(() => listener());
      else globalThis.pusherTopics.set(name + event, listener);
    } };
  }
  disconnect() { this.#on.disconnected(); }
}`,
  pusher: `
export default class Pusher {
  async trigger(name, event, data) { globalThis.pusherTopics.get(name + event)(data); }
}`,
};
const EXAMPLES = ["centrifugo", "ably", "pusher"];
const FILES = new URL("../../docs/examples/", import.meta.url);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "notif-lab-hosted-"));
  for (const [name, text] of Object.entries(STAND_INS)) {
    const path = join(folder, "node_modules", name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "index.js"), text);
    writeFileSync(
      join(path, "package.json"),
      JSON.stringify({ name, type: "module", exports: "./index.js" }),
    );
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  for (const name of EXAMPLES)
    copyFileSync(new URL(`${name}-client.js`, FILES), join(folder, `${name}-client.js`));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.each(EXAMPLES)(
  "the client for %s delivers what is published, and says that receipts are none",
  async (name) => {
    const path = join(folder, `${name}-client.js`);
    const target = "http://127.0.0.1:1";
    const { transports } = await readOwn({ transportModule: [path], target });
    assert.deepEqual(
      transports.map((one) => one.name),
      [name],
    );
    for (const key of ["ABLY_KEY", "PUSHER_APP_ID", "PUSHER_KEY", "PUSHER_SECRET", "PUSHER_CLUSTER"])
      vi.stubEnv(key, "x");
    const module: { default: ExternalClient } = await import(pathToFileURL(path).href);
    const payload = Buffer.from('{"sub":"ann","exp":1}').toString("base64url");
    const options = { token: `e.${payload}.s`, connectTimeoutMs: 1_000, requestTimeoutMs: 1_000 };
    const client = await module.default.connect({ url: target }, options);
    const seen: string[] = [];
    await client.subscribe("topic/all", (event) => {
      if (event.kind === "notification") seen.push(`${event.channel} ${event.body}`);
    });
    await client.publish({ channel: "topic/all", body: "hello" });
    assert.deepEqual(seen, ["topic/all hello"]);
    await expect(client.markRead("1")).rejects.toMatchObject({ code: "unsupported" });
    await client.close();
    assert.equal((await client.closed).code, "closed");
  },
);

test("the client for Ably gives up in its time where there is no network", async () => {
  vi.stubEnv("ABLY_KEY", "no network");
  const path = join(folder, "ably-client.js");
  const module: { default: ExternalClient } = await import(pathToFileURL(path).href);
  const options = { token: "x", connectTimeoutMs: 50, requestTimeoutMs: 50 };
  await expect(module.default.connect({ url: "https://example.org" }, options)).rejects.toMatchObject({
    code: "unreachable",
  });
});
