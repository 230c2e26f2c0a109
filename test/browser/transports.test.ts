import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { skipped, useBrowser } from "./open.test-fixture.ts";
import { type Served, serveAll, serveTransport } from "./serve.test-fixture.ts";

const socketIo = readFileSync("node_modules/socket.io-client/dist/socket.io.min.js", "utf8");

/** What a stranger writes in a page, with nothing of the lab: connect, follow a channel, publish to it, take what comes. */
const overWebSocket = ({ endpoint, token }: Served) => `new Promise((resolve, reject) => {
  const socket = new WebSocket("${endpoint}/?access_token=${token}");
  const send = (request) => socket.send(JSON.stringify(request));
  socket.onclose = ({ reason }) => reject(new Error(reason || "refused"));
  socket.onopen = () => send({ op: "subscribe", ref: 1, channel: "topic/news" });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.op === "ok" && message.ref === 1) send({ op: "publish", ref: 2, channel: "topic/news", body: "hello" });
    if (message.kind === "notification") resolve(message);
  };
})`;

const overSocketIo = ({ endpoint, token }: Served, transport: string) => `new Promise((resolve, reject) => {
  const socket = io("${endpoint}", { transports: ["${transport}"], auth: { token: "${token}" }, reconnection: false });
  socket.on("connect_error", (error) => reject(error));
  socket.on("event", resolve);
  socket.on("connect", () => socket.emit("subscribe", { channel: "topic/news" }, () =>
    socket.emit("publish", { channel: "topic/news", body: "hello" }, () => undefined)));
})`;

const publishing = ({ endpoint, token }: Served) => `fetch("${endpoint}/publish", {
  method: "POST",
  headers: { authorization: "Bearer ${token}", "content-type": "application/json" },
  body: JSON.stringify({ channel: "topic/news", body: "hello" }),
})`;

const overEventSource = (served: Served) => `new Promise((resolve, reject) => {
  const source = new EventSource("${served.endpoint}/events?channel=topic/news&access_token=${served.token}");
  source.onerror = () => reject(new Error("refused"));
  source.onmessage = ({ data }) => resolve(JSON.parse(data));
  source.addEventListener("welcome", () => ${publishing(served)});
})`;

const overFetchStream = (served: Served) => `(async () => {
  const headers = { authorization: "Bearer ${served.token}" };
  const { body } = await fetch("${served.endpoint}/events?channel=topic/news", { headers });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("event:welcome")) text += (await reader.read()).value;
  await ${publishing(served)};
  while (!text.includes("notification")) text += (await reader.read()).value;
  await reader.cancel();
  return JSON.parse(text.match(/^data:(.*notification.*)$/m)[1]);
})()`;

const overPolling = (served: Served) => `(async () => {
  const ask = (path, headers, body) => fetch("${served.endpoint}" + path, {
    method: body ? "POST" : "GET",
    headers: body ? { ...headers, "content-type": "application/json" } : headers,
    body: body && JSON.stringify(body),
  }).then((response) => response.json());
  const { session, cursor } = await ask("/sessions", { authorization: "Bearer ${served.token}" }, {});
  await ask("/subscribe", { "x-session": session }, { channel: "topic/news" });
  await ask("/publish", { "x-session": session }, { channel: "topic/news", body: "hello" });
  const { events } = await ask("/poll?after=" + encodeURIComponent(cursor), { "x-session": session });
  return events[0];
})()`;

/** Pages of another origin than the transport's, as those of an application are. */
async function servePage(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((_, response) => {
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>An application</title>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

describe.skipIf(skipped)(`a browser and notif-lab serve${skipped ? ` (skipped: ${skipped})` : ""}`, () => {
  const reader = useBrowser();
  let pages: Awaited<ReturnType<typeof servePage>>;
  let all: Awaited<ReturnType<typeof serveAll>>;
  beforeAll(async () => {
    pages = await servePage();
    all = await serveAll();
  });
  afterAll(async () => {
    pages?.close();
    await all?.stop();
  });
  const serverOf = (name: string) => (name.includes(":") ? serveTransport(name) : all.of(name));

  const application = async () => (await reader.visit(pages.url)).page;
  /** A page of the transport's own origin: its answer to an address that it does not know will do. */
  const sameOrigin = async ({ endpoint }: Served) =>
    (await reader.visit(`${endpoint.replace(/^ws/, "http")}/no-such-page`)).page;
  const notification = { kind: "notification", channel: "topic/news", from: "demo", body: "hello" };

  for (const transport of ["websocket", "websocket:deflate", "websocket:fastify"])
    test(`${transport} speaks to the browser's own WebSocket, on a page of its own origin and on no other`, {
      tags: transport.includes(":") ? ["full"] : [],
    }, async () => {
      const served = await serverOf(transport);
      const own = await sameOrigin(served);
      expect(await own.evaluate(overWebSocket(served))).toMatchObject(notification);
      const stranger = { ...served, token: "forged" };
      await expect(own.evaluate(overWebSocket(stranger))).rejects.toThrow("unauthenticated");
      const page = await application();
      await expect(page.evaluate(overWebSocket(served))).rejects.toThrow("refused");
    });

  test("socketio speaks to the library's own browser client, on a page of its own origin and on no other", async () => {
    const served = all.of("socketio");
    const own = await sameOrigin(served);
    await own.evaluate(socketIo);
    expect(await own.evaluate(overSocketIo(served, "websocket"))).toMatchObject(notification);
    const page = await application();
    await page.evaluate(socketIo);
    await expect(page.evaluate(overSocketIo(served, "websocket"))).rejects.toThrow("websocket error");
  });

  test("socketio:polling speaks to a page of its own origin, and to no other", {
    tags: ["full"],
  }, async () => {
    const served = await serveTransport("socketio:polling");
    const own = await sameOrigin(served);
    await own.evaluate(socketIo);
    expect(await own.evaluate(overSocketIo(served, "polling"))).toMatchObject(notification);
    const page = await application();
    await page.evaluate(socketIo);
    await expect(page.evaluate(overSocketIo(served, "polling"))).rejects.toThrow("xhr poll error");
  });

  for (const transport of ["sse", "sse:raw"])
    test(`${transport} speaks to EventSource and fetch of its own origin, and to no other`, {
      tags: transport.includes(":") ? ["full"] : [],
    }, async () => {
      const served = await serverOf(transport);
      const own = await sameOrigin(served);
      expect(await own.evaluate(overEventSource(served))).toMatchObject(notification);
      expect(await own.evaluate(overFetchStream(served))).toMatchObject(notification);
      const page = await application();
      await expect(page.evaluate(overEventSource(served))).rejects.toThrow("refused");
      await expectForbidden(page, overFetchStream(served));
    });

  test("long-polling speaks to fetch of its own origin, and to no other", async () => {
    const served = all.of("long-polling");
    expect(await (await sameOrigin(served)).evaluate(overPolling(served))).toMatchObject(notification);
    await expectForbidden(await application(), overPolling(served));
  });
});

/** The browser asked the transport whether pages of this origin may, and was told nothing of the kind. */
async function expectForbidden(page: Page, attempt: string): Promise<void> {
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  await expect(page.evaluate(attempt)).rejects.toThrow("Failed to fetch");
  expect(complaints.join("\n")).toContain("blocked by CORS policy");
}
