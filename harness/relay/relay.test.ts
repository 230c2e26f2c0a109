import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, test } from "vitest";
import { type Link, linkSchema } from "../../scenarios/link.ts";
import { HELD_AT_MOST } from "./lane.ts";
import { type Relay, startRelay } from "./relay.ts";

let server: Server;
let relay: Relay | undefined;
let accepted: Socket[] = [];
const clients: Socket[] = [];

async function through(link?: Partial<Link>): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const full = link ? linkSchema.parse(link) : undefined;
  relay ??= await startRelay({ target: { host: "127.0.0.1", port }, link: full, seed: 7 });
  const client = connect({ host: "127.0.0.1", port: relay.port, noDelay: true });
  client.on("error", () => client.destroy());
  clients.push(client);
  await once(client, "connect");
  return client;
}

async function read(client: Socket, length: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let got = 0; got < length; ) {
    const [part] = (await once(client, "data")) as [Buffer];
    parts.push(part);
    got += part.length;
  }
  return Buffer.concat(parts);
}

/** Settles with whether it was an error that closed it; once() would reject for that. */
function closed(client: Socket): Promise<boolean> {
  client.on("error", () => undefined);
  return new Promise((resolve) => client.once("close", resolve));
}

beforeEach(async () => {
  accepted = [];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on("error", () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await relay?.close();
  relay = undefined;
  for (const socket of accepted) socket.destroy();
  server.close();
});

describe("a relay", () => {
  const links: [string, Partial<Link> | undefined][] = [
    ["no link", undefined],
    ["delay and jitter", { delayMs: 5, jitterMs: 5 }],
    ["a bandwidth", { bytesPerSecond: 5_000_000 }],
    ["chunks that wait", { lossShare: 0.3, retransmitMs: 5 }],
  ];
  test.each(links)("passes a megabyte both ways untouched with %s", async (_, link) => {
    const client = await through(link);
    const sent = randomBytes(1_000_000);
    const echoed = read(client, sent.length);
    for (let at = 0; at < sent.length; at += 60_000) client.write(sent.subarray(at, at + 60_000));
    assert.ok((await echoed).equals(sent));
    assert.deepEqual(relay?.sample(), { connections: 1, bytesUp: 1e6, bytesDown: 1e6, heldBytes: 0 });
  });

  test("what a new connection sends first waits for its handshake as well, what comes later does not", async () => {
    const beganMs = performance.now();
    const client = await through({ delayMs: 50 });
    client.write("x");
    await read(client, 1);
    assert.ok(performance.now() - beganMs >= 200);
    const rounds: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const writtenMs = performance.now();
      client.write("x");
      await read(client, 1);
      rounds.push(performance.now() - writtenMs);
    }
    // Without a handshake: that of the quickest can't be the machine's.
    assert.ok(Math.min(...rounds) < 200, String(rounds));
  });

  test("delays each direction, by no less than asked", async () => {
    const client = await through({ delayMs: 50 });
    for (let round = 0; round < 3; round += 1) {
      const beganMs = performance.now();
      client.write("x");
      await read(client, 1);
      assert.ok(performance.now() - beganMs >= 100);
    }
  });

  test("a link that is set later holds for a connection that stands, and is taken away again", async () => {
    const client = await through();
    const echo = async () => {
      const beganMs = performance.now();
      client.write("x");
      await read(client, 1);
      return performance.now() - beganMs;
    };
    await echo();
    await relay?.setLink(linkSchema.parse({ delayMs: 50 }));
    assert.ok((await echo()) >= 100);
    await relay?.setLink(linkSchema.parse({ delayMs: 60_000 }));
    await relay?.setLink(undefined);
    await echo();
  });

  test("lets through no more than the bandwidth", async () => {
    const client = await through({ bytesPerSecond: 100_000 });
    while (accepted.length < 1) await sleep(5);
    const [peer] = accepted;
    assert.ok(peer);
    const beganMs = performance.now();
    client.write(Buffer.alloc(20_000));
    await read(peer, 20_000);
    const upMs = performance.now() - beganMs;
    assert.ok(upMs >= 198, `up in ${upMs} ms`);
    await read(client, 20_000);
    const bothMs = performance.now() - beganMs;
    assert.ok(bothMs >= 198, `back in ${bothMs} ms`);
  });

  test("cut: silence both ways, for new connections too; kept: all comes after", async () => {
    const client = await through();
    client.write("a");
    await read(client, 1);
    relay?.cut();
    const late = await through();
    let heard = 0;
    for (const one of [client, late]) one.on("data", (bytes: Buffer) => (heard += bytes.length));
    client.write("b");
    late.write("c");
    accepted[0]?.write("d");
    await sleep(100);
    assert.equal(heard, 0);
    relay?.heal({ keep: true });
    while (heard < 3) await sleep(5);
    assert.equal(client.destroyed, false);
  });

  test("cut and not kept: those who knew it are reset, new ones are served", async () => {
    const client = await through();
    const reset = closed(client);
    relay?.cut();
    await sleep(20);
    assert.equal(client.destroyed, false);
    relay?.heal({ keep: false });
    assert.equal(await reset, true);
    const next = await through();
    next.write("d");
    await read(next, 1);
  });

  test("cut: a new connection reaches the server no sooner than it is healed", async () => {
    await through();
    while (accepted.length < 1) await sleep(5);
    relay?.cut();
    const late = await through();
    late.write("c");
    const gone = await through();
    gone.destroy();
    await sleep(100);
    assert.equal(accepted.length, 1);
    relay?.heal({ keep: true });
    await read(late, 1);
  });

  test.each(["keep", "reset"])(
    "cut: an end that resets does not show before it is healed (%s)",
    async (how) => {
      const ours = await through();
      ours.write("a");
      await read(ours, 1);
      const theirs = await through();
      theirs.write("a");
      await read(theirs, 1);
      const [peerOfOurs, peerOfTheirs] = accepted;
      assert.ok(peerOfOurs && peerOfTheirs);
      const ends = [closed(peerOfOurs), closed(theirs)];
      let notified = 0;
      for (const end of ends) void end.then(() => (notified += 1));
      relay?.cut();
      ours.resetAndDestroy();
      peerOfTheirs.resetAndDestroy();
      await sleep(100);
      assert.equal(notified, 0);
      relay?.heal({ keep: how === "keep" });
      assert.deepEqual(await Promise.all(ends), [true, true]);
      assert.equal(relay?.sample().connections, 0);
    },
  );

  test("stall: the server is not read, what it writes stays with it; the way up goes on", async () => {
    const client = await through();
    client.write("a");
    await read(client, 1);
    relay?.stall();
    let down = 0;
    client.on("data", (bytes: Buffer) => (down += bytes.length));
    const [peer] = accepted;
    assert.ok(peer);
    let up = 0;
    peer.on("data", (bytes: Buffer) => (up += bytes.length));
    for (let at = 0; at < 30; at += 1) peer.write(Buffer.alloc(1_000_000));
    client.write("bcd");
    while (up < 3) await sleep(5);
    await sleep(100);
    assert.equal(down, 0);
    assert.ok((relay?.sample().heldBytes ?? 0) <= HELD_AT_MOST + 65_536);
    assert.ok(peer.writableLength > 10_000_000, `${peer.writableLength} bytes wait in the server`);
    relay?.unstall();
    while (down < 30_000_003) await sleep(5);
  });

  test("stall: goes on through a cut that is healed", async () => {
    const client = await through();
    client.write("a");
    await read(client, 1);
    let down = 0;
    client.on("data", (bytes: Buffer) => (down += bytes.length));
    relay?.stall();
    relay?.cut();
    relay?.heal({ keep: true });
    accepted[0]?.write("b");
    await sleep(100);
    assert.equal(down, 0);
    relay?.unstall();
    while (down < 1) await sleep(5);
  });

  test("holds no more than its bound on the way, and does not read what it can't hold", async () => {
    const client = await through({ delayMs: 60_000 });
    client.on("error", () => undefined);
    client.write(Buffer.alloc(30_000_000));
    while ((relay?.sample().heldBytes ?? 0) < HELD_AT_MOST) await sleep(5);
    await sleep(100);
    assert.ok((relay?.sample().heldBytes ?? 0) <= HELD_AT_MOST + 65_536);
    assert.ok(client.writableLength > 10_000_000, `${client.writableLength} bytes wait in the client`);
  });

  test.each([["no link", undefined] as const, ["a delay", { delayMs: 2 }] as const])(
    "reads no more from the server than a client who doesn't read takes, with %s",
    async (_, link) => {
      const client = await through(link);
      client.write("a");
      await read(client, 1);
      client.pause();
      const [peer] = accepted;
      assert.ok(peer);
      peer.write(Buffer.alloc(50_000_000));
      await sleep(300);
      assert.ok((relay?.sample().bytesDown ?? 0) < 25_000_000, `${relay?.sample().bytesDown} bytes read`);
      client.resume();
      await read(client, 50_000_000);
    },
  );

  test("resets every connection, and lets in new ones", async () => {
    const all = [await through(), await through()];
    const gone = all.map(closed);
    relay?.reset();
    assert.deepEqual(await Promise.all(gone), [true, true]);
    assert.equal(relay?.sample().connections, 0);
    const next = await through();
    next.write("d");
    await read(next, 1);
  });

  test("passes on a half-close behind what was on its way", async () => {
    const client = await through({ delayMs: 20 });
    client.end("last");
    assert.equal(String(await read(client, 4)), "last");
    await once(client, "end");
  });

  test("closes with nothing left open", async () => {
    const client = await through({ delayMs: 1_000 });
    client.on("error", () => undefined);
    client.write("never");
    await sleep(20);
    await relay?.close();
    assert.equal(relay?.sample().connections, 0);
    await assert.rejects(through());
  });
});
