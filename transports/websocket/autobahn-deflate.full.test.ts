/**
 * @module-tag full
 * @module-tag release
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type ClientOptions, type RawData, WebSocket } from "ws";
import { type Bench, openBench } from "../conformance/bench.ts";
import { websocketDeflate } from "./transport.ts";

/*
 * Autobahn's groups 12 (kinds of data) and 13 (kinds of offers) on websocket:deflate: compressed messages of many sizes, whole and in
 * fragments, come back as they were. A fortieth of the suite's messages, of our own data; the echo is the event of a publish to oneself.
 */
const MESSAGES = 25;
/** Characters of a message, and bytes of a fragment (0: whole). */
const SIZES = [
  ...[16, 64, 256, 1_024, 4_096, 8_192, 16_384, 32_768, 65_536, 131_072].map((size) => [size, 0] as const),
  ...[8_192, 16_384, 32_768, 65_536, 131_072].map((size) => [size, 256] as const),
  ...[1_024, 4_096, 32_768].map((fragment) => [131_072, fragment] as const),
];

const json = (index: number) => JSON.stringify({ id: index, name: `user ${index % 97}`, tags: ["a", "b"] });
const words = (index: number) => `Habe nun, ach! Philosophie, Juristerei und ${index} Medizin, `;
const html = (index: number) => `<li class="item"><a href="/${index}">é ${index * 7}</a></li>\n`;
const noise = () => randomBytes(24).toString("base64");
const DATA = { json, words, html, noise } as const;

function sliceOf(kind: keyof typeof DATA, size: number, from: number): string {
  let text = "";
  for (let index = from; text.length < size; index += 1) text += DATA[kind](index);
  return text.slice(0, size);
}

type Offer = ClientOptions["perMessageDeflate"];
const offers: readonly { readonly id: string; readonly offer: Offer; readonly header?: string }[] = [
  { id: "13.1", offer: { threshold: 0 } },
  { id: "13.2", offer: { threshold: 0, serverNoContextTakeover: true } },
  { id: "13.3", offer: { threshold: 0, serverMaxWindowBits: 9 } },
  { id: "13.4", offer: { threshold: 0, serverMaxWindowBits: 15 } },
  { id: "13.5", offer: { threshold: 0, serverNoContextTakeover: true, serverMaxWindowBits: 9 } },
  { id: "13.6", offer: { threshold: 0, serverNoContextTakeover: true, serverMaxWindowBits: 15 } },
  {
    id: "13.7",
    offer: { threshold: 0, serverNoContextTakeover: true, serverMaxWindowBits: 9 },
    header:
      "permessage-deflate; server_no_context_takeover; server_max_window_bits=9, permessage-deflate; server_no_context_takeover, permessage-deflate",
  },
];

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(websocketDeflate, { maxBodyCharacters: 131_072, maxSessionsPerUser: 1_000 });
});
afterAll(() => bench.close());

async function open(offer: Offer, header: string | undefined): Promise<WebSocket> {
  const socket = new WebSocket(bench.server.endpoint.url, {
    headers: { authorization: `Bearer ${bench.token("autobahn")}` },
    ...(offer === undefined ? {} : { perMessageDeflate: offer }),
    finishRequest: (request) => {
      if (header !== undefined) request.setHeader("Sec-WebSocket-Extensions", header);
      request.end();
    },
  });
  await once(socket, "open");
  assert.equal(socket.extensions, "permessage-deflate");
  const subscribed = once(socket, "message");
  socket.send('{"op":"subscribe","ref":0,"channel":"user/autobahn"}');
  await subscribed;
  return socket;
}

async function echo(socket: WebSocket, body: string, ref: number, fragment: number): Promise<void> {
  const echoed = new Promise<string>((resolve) => {
    const listen = (data: RawData) => {
      const message = JSON.parse(data.toString());
      if (message.kind !== "notification") return;
      socket.off("message", listen);
      resolve(message.body);
    };
    socket.on("message", listen);
  });
  const bytes = Buffer.from(JSON.stringify({ op: "publish", ref, channel: "user/autobahn", body }));
  for (let at = 0; at < bytes.length; at += fragment || bytes.length) {
    const end = at + (fragment || bytes.length);
    socket.send(bytes.subarray(at, end), { binary: false, fin: end >= bytes.length });
  }
  assert.ok((await echoed) === body, `message ${ref} of ${body.length} characters came back otherwise`);
}

async function run(
  offer: Offer,
  header: string | undefined,
  kind: keyof typeof DATA,
  size: number,
  fragment: number,
) {
  const socket = await open(offer, header);
  for (let sent = 0; sent < MESSAGES; sent += 1)
    await echo(socket, sliceOf(kind, size, sent * 31), sent, fragment);
  const closed = once(socket, "close");
  socket.close(1000);
  assert.equal((await closed)[0], 1000);
}

describe.each(["json", "noise", "words", "html"] as const)("Autobahn 12 on websocket:deflate: %s", (kind) => {
  test.each(SIZES)("messages of %i characters, fragments of %i", { timeout: 60_000 }, (size, fragment) =>
    run({ threshold: 0 }, undefined, kind, size, fragment),
  );
});

describe.each(offers)("Autobahn $id on websocket:deflate", ({ offer, header }) => {
  test.each(SIZES)("messages of %i characters, fragments of %i", { timeout: 60_000 }, (size, fragment) =>
    run(offer, header, "json", size, fragment),
  );
});
