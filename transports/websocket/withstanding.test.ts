import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { decode } from "@msgpack/msgpack";
import { afterEach, describe, test, vi } from "vitest";
import { WebSocket } from "ws";
import {
  maskedFrame,
  OPCODE,
  openBareClient,
  openBareSocket,
  upgradeRequest,
} from "../attacks/bare-websocket.ts";
import {
  type Bench,
  type BenchOptions,
  code,
  createInbox,
  openBench,
  until,
  within,
} from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import type { Transport } from "../port/transport.ts";
import { isObject } from "../session/envelope.ts";
import {
  websocket,
  websocketDeflate,
  websocketFastify,
  websocketMsgpack,
  websocketRaw,
} from "./transport.ts";

const clear = [websocket, websocketRaw, websocketDeflate, websocketFastify, websocketMsgpack];
/** The server of ws by itself, and of fastify. */
const SHORT: readonly Transport[] = [websocket, websocketFastify];
const all = [...clear, overTls(websocket), overTls(websocketFastify)];

const benches: Bench[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const bench of benches.splice(0)) await bench.close();
});

async function open(transport: Transport, options: BenchOptions = {}): Promise<Bench> {
  const bench = await openBench(transport, options);
  benches.push(bench);
  return bench;
}

/** TCP sockets of this process, the server's and the test's together. */
function openSockets(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith("TCPSocket")).length;
}

/** A client that never ends its side of a connection. */
async function openHalf({ server }: Bench, written: string): Promise<Socket> {
  const { hostname, port } = new URL(server.endpoint.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  sockets.push(socket);
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  socket.write(written);
  return socket;
}

describe.each(all)("$name refuses an upgrade", (transport) => {
  /** What the server answers, once it has ended the connection. */
  async function answerTo(bench: Bench, request: string): Promise<string> {
    const socket = await openBareSocket(bench.server.endpoint);
    sockets.push(socket);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(request);
    await within("the end of the answer", once(socket, "close"));
    return text;
  }

  test("with the status of its code, and the code in the body", async () => {
    const bench = await open(transport, { maxSessionsPerUser: 1 });
    const { endpoint } = bench.server;
    const refused = await answerTo(bench, upgradeRequest(endpoint, "nonsense"));
    assert.match(refused, /^HTTP\/1\.1 401 Unauthorized\r\n.*\{"code":"unauthenticated","message":".*"\}$/s);
    await bench.connect("ann");
    const full = await answerTo(bench, upgradeRequest(endpoint, bench.token("ann")));
    assert.match(full, /^HTTP\/1\.1 429 Too Many Requests\r\n.*\{"code":"too_many_sessions"/s);
    await assert.rejects(bench.connect("ann"), code("too_many_sessions"));
  });

  test.each([
    ["another path and no token", "GET /foo HTTP/1.1"],
    ["a POST", "POST / HTTP/1.1"],
  ])("of %s, and closes the connection", async (_, line) => {
    const bench = await open(transport);
    const request = upgradeRequest(bench.server.endpoint, undefined).replace("GET / HTTP/1.1", line);
    assert.match(await answerTo(bench, request), /^HTTP\/1\.1 40[0-9] /);
  });

  test("to another protocol, with a token", async () => {
    const bench = await open(transport);
    const request = upgradeRequest(bench.server.endpoint, bench.token("ann"));
    assert.match(
      await answerTo(bench, request.replace("Upgrade: websocket", "Upgrade: h2c")),
      /^HTTP\/1\.1 4/,
    );
    assert.equal(bench.hub.counters.sessions, 0);
  });
});

for (const transport of clear)
  describe(transport.name, { tags: SHORT.includes(transport) ? [] : ["full"] }, () => {
    test("keeps nothing of a refused upgrade, though its client never ends its side", async () => {
      const bench = await open(transport);
      const before = openSockets();
      const request = upgradeRequest(bench.server.endpoint, "nonsense");
      const half = await Promise.all(Array.from({ length: 100 }, () => openHalf(bench, request)));
      await Promise.all(half.map((socket) => within("the answer", once(socket, "data"))));
      await until("the server's side is closed", () => openSockets() <= before + half.length);
    });

    test("closes soon with refused, half-open, slow and deaf clients", async () => {
      const bench = await open(transport);
      const { endpoint } = bench.server;
      const refused = await openHalf(bench, upgradeRequest(endpoint, "nonsense"));
      await once(refused, "data");
      await openHalf(bench, "");
      await openHalf(bench, upgradeRequest(endpoint, bench.token("ann")).slice(0, 40));
      (await openHalf(bench, "GET /foo HTTP/1.1\r\nhost: x\r\n\r\n")).end();
      const deaf = await openBareClient(endpoint, bench.token("ann"));
      sockets.push(deaf.socket);
      deaf.socket.pause();
      await within("the server closes", bench.server.close());
      assert.equal(bench.hub.counters.sessions, 0);
    });

    test("terminates a client that sends pings and reads no pongs, with little held for it", async () => {
      const bench = await open(transport);
      const { socket } = await openBareClient(bench.server.endpoint, bench.token("ann"));
      sockets.push(socket);
      socket.pause();
      const pings = Buffer.concat(Array(500).fill(maskedFrame(OPCODE.ping, "x".repeat(125))));
      let written = 0;
      while (!socket.destroyed && written < 4_000) {
        written += 1;
        await new Promise((resolve) => socket.write(pings, resolve));
      }
      await until("it is gone", () => bench.hub.counters.sessions === 0);
    });
  });

test("each ends a client whose token has run out, though it leaves the closing handshake unanswered", async () => {
  const each = clear.map(async (transport) => {
    const bench = await open(transport);
    const { socket, frames, ended } = await openBareClient(bench.server.endpoint, bench.token("ann", 1_000));
    sockets.push(socket);
    const talk = setInterval(() => socket.writable && socket.write(maskedFrame(OPCODE.ping)), 20);
    await within(`the end on ${transport.name}`, ended).finally(() => clearInterval(talk));
    const closeSeen = frames.find(({ opcode }) => opcode === "close");
    assert.equal(closeSeen?.payload.readUInt16BE(), 4401, transport.name);
    assert.equal(closeSeen?.payload.toString("utf8", 2), "unauthenticated", transport.name);
  });
  await Promise.all(each);
});

test("a client that is told malformed keeps its connection, however deep what it sent", async () => {
  const deepRef = `{"ref":${"[".repeat(5_000)}${"]".repeat(5_000)},"op":"publish"}`;
  for (const transport of [websocket, websocketRaw, websocketDeflate, websocketFastify]) {
    const bench = await open(transport);
    const client = await openBareClient(bench.server.endpoint, bench.token("ann"));
    sockets.push(client.socket);
    client.socket.write(maskedFrame(OPCODE.text, deepRef));
    client.socket.write(maskedFrame(OPCODE.text, "[".repeat(13_000)));
    await until("both are answered", () => client.frames.length === 2);
    for (const { payload } of client.frames) {
      const { op, ref, code } = JSON.parse(payload.toString());
      assert.deepEqual([op, ref, code], ["error", null, "malformed"]);
    }
    await bench.connect("bob");
    assert.deepEqual([bench.hub.counters.internal, bench.hub.counters.sessions], [0, 2]);
  }
});

test("so does one of websocket:msgpack, nested beyond what an encoder takes", async () => {
  const bench = await open(websocketMsgpack);
  const client = await openBareClient(bench.server.endpoint, bench.token("ann"));
  sockets.push(client.socket);
  const nested = (depth: number) =>
    Buffer.concat([
      Buffer.from("82a26f70a178a3726566", "hex"),
      Buffer.alloc(depth, 0x91),
      Buffer.from("c0", "hex"),
    ]);
  for (const depth of [120, 12_900]) client.socket.write(maskedFrame(OPCODE.binary, nested(depth)));
  await until("both are answered", () => client.frames.length === 2);
  for (const { payload } of client.frames) {
    const answer = decode(payload);
    assert.ok(isObject(answer));
    assert.deepEqual([answer.op, answer.ref, answer.code], ["error", null, "malformed"]);
  }
  await bench.connect("bob");
  assert.deepEqual([bench.hub.counters.internal, bench.hub.counters.sessions], [0, 2]);
});

test("a message in more pieces than a network makes of it is refused with 1008", async () => {
  // Over TLS each write is a record, and each record a piece.
  const bench = await open(overTls(websocket));
  const client = await openBareClient(bench.server.endpoint, bench.token("ann"));
  sockets.push(client.socket);
  const frame = maskedFrame(OPCODE.text, "x".repeat(2_000));
  for (let at = 0; at < frame.length && client.socket.writable; at += 1)
    await new Promise((resolve) => client.socket.write(frame.subarray(at, at + 1), resolve));
  await within("the end", client.ended);
  assert.equal(client.frames.at(-1)?.payload.readUInt16BE(), 1008);
});

describe("what is the library's and what is ours", () => {
  /** What the server sent by ws while three subscribers got one event. */
  async function sendsOfABroadcast(transport: Transport) {
    const bench = await open(transport);
    const inboxes = [createInbox(), createInbox(), createInbox()];
    for (const [index, inbox] of inboxes.entries())
      await (await bench.connect(`user-${index}`)).subscribe("topic/news", inbox.onEvent);
    const nobody = bench.hub.attach<null>(
      () => undefined,
      () => undefined,
    );
    const publisher = nobody.connect({ user: "publisher", expiresAt: Number.POSITIVE_INFINITY }, null);
    const send = vi.spyOn(WebSocket.prototype, "send");
    bench.hub.publish(publisher, "topic/news", "x");
    await Promise.all(inboxes.map((inbox) => inbox.waitFor(1)));
    return send.mock.calls.map(([payload]) => payload);
  }

  test.each([websocket, websocketDeflate, websocketFastify, websocketMsgpack])(
    "$name sends a broadcast by one send() a client, of one payload",
    async (transport) => {
      const payloads = await sendsOfABroadcast(transport);
      assert.equal(payloads.length, 3);
      assert.ok(payloads.every((payload) => Buffer.isBuffer(payload) && payload === payloads[0]));
    },
  );

  test("websocket:raw writes it past ws", async () => {
    assert.deepEqual(await sendsOfABroadcast(websocketRaw), []);
  });
});
