import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, connect as openSocket } from "node:net";
import { join } from "node:path";
import { Client, credentials, Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { describe, test } from "vitest";
import { type Bench, code, openBench, until, within } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { boundAddress, closeServer, listen } from "../net/listen.ts";
import { type BareClient, callHeaders, openBareClient } from "./bare-client.ts";
import type { ServerMessage } from "./generated/messages.ts";
import { NotificationsService } from "./generated/notif.ts";
import { grpc, grpcWeb } from "./transport.ts";

describeConformance(grpc);
describeConformance(grpcWeb);

const never = { attempts: 0, delayMs: 0, jitter: 0 };

async function onBench(options: Parameters<typeof openBench>[1], body: (bench: Bench) => Promise<void>) {
  const bench = await openBench(grpc, options);
  try {
    await body(bench);
  } finally {
    await bench.close();
  }
}

/** A call as any gRPC program makes it. */
function foreignCall(bench: Bench, user: string) {
  const client = new Client(new URL(bench.server.endpoint.url).host, credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${bench.token(user)}`);
  const { path, requestSerialize, responseDeserialize } = NotificationsService.connect;
  const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, metadata);
  const over = new Promise<StatusObject>((resolve) => call.once("status", resolve));
  // Its news comes with the status as well.
  call.on("error", () => client.close());
  return { call, over };
}

/** Subscribes, stops reading, and is sent more than the server holds for it. */
async function overflow(bench: Bench, call: ReturnType<typeof foreignCall>["call"]): Promise<void> {
  call.write({
    ref: 1,
    operation: { $case: "subscribe", value: { channel: "topic/feed", resume: undefined } },
  });
  await new Promise<void>((resolve) => {
    call.on("data", ({ message }) => message?.$case === "subscribed" && resolve());
  });
  call.pause();
  const publisher = await bench.connect("publisher");
  const body = "x".repeat(60_000);
  while (bench.hub.counters.slowDisconnects === 0) await publisher.publish({ channel: "topic/feed", body });
  await publisher.close();
}

/** Calls of one user, so many on each of so many connections; how many stand a moment later. */
async function standing(bench: Bench, connections: number, calls: number): Promise<number> {
  const token = bench.token("many");
  const clients = await Promise.all(
    Array.from({ length: connections }, () => openBareClient(bench.server.endpoint)),
  );
  for (const { write } of clients)
    await write(...Array.from({ length: calls }, (_, index) => callHeaders(2 * index + 1, token)));
  const settled = ({ frames, socket }: BareClient) =>
    socket.readableEnded || socket.destroyed || new Set(frames.map(({ stream }) => stream)).size > calls;
  await until("each call is answered", () => clients.every(settled), 15_000);
  const { sessions } = bench.hub.counters;
  for (const { socket } of clients) socket.destroy();
  await until("all are gone", () => bench.hub.counters.sessions === 0);
  return sessions;
}

test("the example names a folder in which the .proto is", () => {
  const [line = ""] = grpc.example({ url: "grpc://127.0.0.1:1" }, "token");
  const [, folder = ""] = /-import-path (\S+) -proto notif\.proto/.exec(line) ?? [];
  assert.ok(existsSync(join(folder, "notif.proto")), line);
});

describe("grpc", () => {
  test("a connection has at most 16 calls, whoever makes them", () =>
    onBench({ maxSessionsPerUser: 1_000 }, async (bench) => {
      assert.equal(await standing(bench, 1, 100), 16);
    }));

  test("of many connections with many calls those stand that a user may have", () =>
    onBench({ maxSessionsPerUser: 50 }, async (bench) => {
      assert.equal(await standing(bench, 10, 60), 50);
    }));

  test("of many connections with many calls those stand that an address may have", () =>
    onBench({ maxSessionsPerUser: 1_000, serve: { maxConnectionsPerAddress: 2 } }, async (bench) => {
      assert.equal(await standing(bench, 200, 60), 32);
    }));

  const slow = { maxBodyCharacters: 65_536, serve: { maxBufferedBytes: 128 * 1024 } };

  test("a slow consumer that reads on learns why it was cut off", () =>
    onBench(slow, async (bench) => {
      const { call, over } = foreignCall(bench, "slow");
      await overflow(bench, call);
      call.resume();
      const { code: endCode, metadata } = await within("the end", over);
      assert.equal(endCode, status.RESOURCE_EXHAUSTED);
      assert.deepEqual(metadata.get("notif-code"), ["slow_consumer"]);
    }));

  test("a slow consumer that never reads loses its connection", () =>
    onBench(slow, async (bench) => {
      const { call, over } = foreignCall(bench, "slow");
      await overflow(bench, call);
      assert.equal((await within("the end", over)).code, status.UNAVAILABLE);
    }));

  test("a message without an operation is malformed, and the stream goes on", () =>
    onBench({}, async (bench) => {
      const { call } = foreignCall(bench, "ann");
      const answers: ServerMessage["message"][] = [];
      call.on("data", ({ message }) => answers.push(message));
      call.write({ ref: 7, operation: undefined });
      call.write({ ref: 8, operation: { $case: "ping", value: {} } });
      await until("both are answered", () => answers.length === 3);
      const [welcome, failure, done] = answers;
      assert.deepEqual(welcome, { $case: "welcome", value: { session: "", heartbeatMs: 0 } });
      assert.ok(failure?.$case === "failure");
      assert.deepEqual([failure.value.ref, failure.value.code], [7, "malformed"]);
      assert.deepEqual(done, { $case: "done", value: { ref: 8 } });
      call.cancel();
    }));

  test("a message beyond the limit ends the stream as malformed", () =>
    onBench({}, async (bench) => {
      const ann = await bench.connect("ann");
      const body = "x".repeat(100_000);
      await assert.rejects(ann.publish({ channel: "topic/news", body }), code("malformed"));
      assert.equal((await ann.closed).code, "malformed");
    }));

  test("an expired token is named as the reason", () =>
    onBench({ heartbeat: { intervalMs: 200, timeoutMs: 200 } }, async (bench) => {
      const ann = await bench.connect("ann", { token: bench.token("ann", 1_000) });
      assert.equal((await within("the end", ann.closed)).code, "unauthenticated");
    }));

  test("a connection on which nobody is let in is closed after a while", () =>
    onBench({ serve: { handshakeTimeoutMs: 500 } }, async (bench) => {
      const { hostname, port } = new URL(bench.server.endpoint.url);
      const socket = openSocket({ host: hostname, port: Number(port) });
      socket.resume();
      await within("the close", once(socket, "close"));
    }));

  test("connects from the local address asked for", async () => {
    const from: (string | undefined)[] = [];
    const server = createServer((socket) => {
      from.push(socket.remoteAddress);
      socket.destroy();
    });
    await listen(server, "127.0.0.1", 0);
    const endpoint = { url: `grpc://${boundAddress(server)}` };
    const attempt = grpc.connect(endpoint, { token: "x", reconnect: never, localAddress: "127.0.0.7" });
    await assert.rejects(attempt, code("unreachable"));
    assert.deepEqual(from, ["127.0.0.7"]);
    await closeServer(server);
  });
});
