import assert from "node:assert/strict";
import { createServer } from "node:http";
import { encode } from "@msgpack/msgpack";
import { io, type Socket } from "socket.io-client";
import { describe, test } from "vitest";
import { type Bench, code, createInbox, openBench, until, within } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { openProxy } from "../conformance/proxy.ts";
import { closeServer, listen } from "../net/listen.ts";
import { ClientAgent } from "./agent.ts";
import { msgpackParser } from "./msgpack-parser.ts";
import { socketio, socketioMsgpack, socketioPolling } from "./transport.ts";

describeConformance(socketio);
describeConformance(socketioPolling);
describeConformance(socketioMsgpack);

interface OutsiderOptions {
  readonly url?: string;
  readonly agent?: ClientAgent;
  readonly parser?: object;
}

/** A client that is the library alone, as an outsider would use it. */
async function withOutsider(
  bench: Bench,
  engineTransport: "websocket" | "polling",
  act: (socket: Socket) => Promise<void>,
  { url = bench.server.endpoint.url, agent, parser }: OutsiderOptions = {},
): Promise<void> {
  const socket = io(url, {
    auth: { token: bench.token("outsider") },
    transports: [engineTransport],
    parser,
    ...(agent ? { transportOptions: { [engineTransport]: { agent } } } : {}),
    forceNew: true,
    reconnection: false,
  });
  try {
    await within("the outsider connects", new Promise<void>((resolve) => socket.once("connect", resolve)));
    await act(socket);
  } finally {
    socket.disconnect();
    agent?.destroy();
    await bench.close();
  }
}

class CountingAgent extends ClientAgent {
  opened = 0;

  override createConnection() {
    this.opened += 1;
    return super.createConnection();
  }
}

describe("socketio", () => {
  test("answers what is none of its events, and carries out what wants no answer", async () => {
    const bench = await openBench(socketio);
    await withOutsider(bench, "websocket", async (socket) => {
      const ask = (event: string, ...args: unknown[]): Promise<unknown> =>
        socket.timeout(5_000).emitWithAck(event, ...args);
      for (const attempt of [ask("dance", {}), ask("publish"), ask("publish", null), ask("read", [1])]) {
        const answer = await attempt;
        assert.ok(typeof answer === "object" && answer !== null && "code" in answer);
        assert.equal(answer.code, "malformed");
      }
      const inbox = createInbox();
      await (await bench.connect("ann")).subscribe("topic/news", inbox.onEvent);
      socket.emit("subscribe", { channel: "user/ann" });
      socket.emit("publish");
      socket.emit("publish", { channel: "topic/news", body: "no answer wanted" });
      await inbox.waitFor(1);
      assert.deepEqual(inbox.bodies, ["no answer wanted"]);
    });
  });

  test("tells a refused client why, in the data of connect_error", async () => {
    const bench = await openBench(socketio);
    const socket = io(bench.server.endpoint.url, {
      auth: { token: ["no", "string"] },
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
    });
    const error = await within(
      "the refusal",
      new Promise<Error>((resolve) => socket.once("connect_error", resolve)),
    );
    assert.ok("data" in error);
    assert.deepEqual(error.data, { code: "unauthenticated" });
    socket.disconnect();
    await bench.close();
  });

  test("cuts off who keeps asking and does not read the answers", async () => {
    const bench = await openBench(socketio, {
      replayWindow: 64,
      maxBodyCharacters: 65_536,
      serve: { maxBufferedBytes: 128 * 1024 },
    });
    const ann = await bench.connect("ann");
    const { cursor: after } = await ann.subscribe("topic/news", createInbox().onEvent);
    for (let i = 0; i < 64; i += 1) await ann.publish({ channel: "topic/news", body: "x".repeat(65_536) });
    const proxy = await openProxy(bench.server.endpoint);
    const flood = async (socket: Socket) => {
      proxy.stall();
      // Each asks for 4 MiB, which fill the kernel's buffers and half of the bound; what is behind that is the answers.
      const ask = setInterval(() => {
        for (let i = 0; i < 200; i += 1)
          socket.emit("subscribe", { channel: "topic/news", after }, () => undefined);
      }, 10);
      await until("it is cut off", () => bench.hub.counters.slowDisconnects === 1, 10_000);
      clearInterval(ask);
      assert.equal(bench.hub.counters.sessions, 1, "ann stays");
    };
    await withOutsider(bench, "websocket", flood, proxy.endpoint);
    await proxy.close();
  });
});

describe("socketio:msgpack", () => {
  const MAX_BODY = 1_000;
  /** Writes packets whole, `options` and all, as socket.io-msgpack-parser does; writes what it is given if that is no packet. */
  class Packer {
    encode(packet: object) {
      return ["raw" in packet ? packet.raw : encode(packet)];
    }
  }
  const parser = { Encoder: Packer, Decoder: msgpackParser.Decoder };
  const sendRaw = (socket: Socket, raw: Buffer | string) =>
    // biome-ignore lint/complexity/useLiteralKeys: the library declares it private; nothing else sends what it would not.
    socket.io["_packet"](Object.assign({ type: 2, nsp: "/" }, { raw }));

  test("speaks to a client with another parser of the same format", async () => {
    const bench = await openBench(socketioMsgpack);
    const talk = async (socket: Socket) => {
      const heard = new Promise<unknown>((resolve) => socket.once("event", resolve));
      const ask = (event: string, fields: object): Promise<unknown> =>
        socket.timeout(5_000).emitWithAck(event, fields);
      await ask("subscribe", { channel: "topic/news" });
      await ask("publish", { channel: "topic/news", body: "Déploy ☃" });
      const event = await within("the event", heard);
      assert.ok(typeof event === "object" && event !== null && "body" in event);
      assert.equal(event.body, "Déploy ☃");
    };
    await withOutsider(bench, "websocket", talk, { parser });
  });

  test.each([
    ["bytes that are no MessagePack", Buffer.from([0xc1])],
    ["a packet cut short", encode({ type: 2, nsp: "/", data: ["publish", {}] }).subarray(0, -1)],
    ["a packet of no type", encode({ type: 9, nsp: "/", data: [] })],
    ["an event of the library's own", encode({ type: 2, nsp: "/", data: ["disconnect"] })],
    ["a packet in JSON", '2["publish",{}]'],
    ["arrays that say they are long, in one another", Buffer.from("dd01ffffff".repeat(2_000), "hex")],
    [
      "a packet larger than maxPayload",
      encode({ type: 2, nsp: "/", data: ["publish", { body: "x".repeat(MAX_BODY * 12 + 1_024) }] }),
    ],
  ])("%s: who sends it is closed, and nobody else", async (_, raw) => {
    const bench = await openBench(socketioMsgpack, { maxBodyCharacters: MAX_BODY });
    const bystander = await bench.connect("ann");
    const inbox = createInbox();
    await bystander.subscribe("topic/news", inbox.onEvent);
    await withOutsider(
      bench,
      "websocket",
      async (socket) => {
        const gone = new Promise<string>((resolve) => socket.once("disconnect", resolve));
        sendRaw(socket, typeof raw === "string" ? raw : Buffer.from(raw));
        assert.notEqual(await within("it is closed", gone), "io client disconnect");
        await until("its session is over", () => bench.hub.counters.sessions === 1);
        await bystander.publish({ channel: "topic/news", body: "still here" });
        await inbox.waitFor(1);
      },
      { parser },
    );
  });

  test("carries a body at the limit of which each character takes most bytes", async () => {
    const bench = await openBench(socketioMsgpack, { maxBodyCharacters: MAX_BODY });
    const ann = await bench.connect("ann");
    const inbox = createInbox();
    await ann.subscribe("topic/news", inbox.onEvent);
    const body = "\u4e2d".repeat(MAX_BODY);
    await ann.publish({ channel: "topic/news", body });
    await inbox.waitFor(1);
    assert.deepEqual(inbox.bodies, [body]);
    await bench.close();
  });
});

describe("socketio:polling", () => {
  test("does not wait for a server that hangs up on the handshake", async () => {
    const answers = ['0{"sid":"x","upgrades":[],"pingInterval":60000,"pingTimeout":60000}', "1"];
    const server = createServer((request, response) => {
      request.resume();
      response.end(request.method === "GET" ? answers.shift() : "ok");
    });
    const endpoint = { url: `http://${await listen(server, "127.0.0.1", 0)}` };
    const reconnect = { attempts: 0, delayMs: 0, jitter: 0 };
    const attempt = within("the refusal", socketioPolling.connect(endpoint, { token: "", reconnect }));
    await assert.rejects(attempt, code("unreachable"));
    server.closeAllConnections();
    await closeServer(server);
  });

  test("keeps a client that opens a new connection for every poll", async () => {
    const bench = await openBench(socketioPolling, { heartbeat: { intervalMs: 400, timeoutMs: 2_000 } });
    await withOutsider(bench, "polling", async (socket) => {
      const pinged = new Promise<void>((resolve) => {
        let pings = 0;
        socket.io.on("ping", () => {
          pings += 1;
          if (pings === 10) resolve();
        });
      });
      await within("ten heartbeats", pinged, 30_000);
      assert.equal(socket.connected, true);
    });
  });

  test("keeps its connections from poll to poll", async () => {
    const bench = await openBench(socketioPolling);
    const agent = new CountingAgent(bench.server.endpoint, undefined);
    const publish = async (socket: Socket) => {
      for (let i = 0; i < 20; i += 1) {
        await socket.timeout(5_000).emitWithAck("publish", { channel: "topic/news", body: String(i) });
      }
    };
    await withOutsider(bench, "polling", publish, { agent });
    // One for polls and one for posts, and maybe one more for the goodbye.
    assert.ok(agent.opened <= 3, `${agent.opened} connections`);
  });
});
