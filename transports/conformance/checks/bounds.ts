import assert from "node:assert/strict";
import { connect } from "node:net";
import { LabError } from "../../../core/errors.ts";
import { type Bench, code, createInbox, PATIENCE_MS, until, within } from "../bench.ts";
import { type Check, check } from "../check.ts";
import { openProxy } from "../proxy.ts";

const HANDSHAKE_MS = 500;
/** From byte to byte, of so many: a server that gave each one more time would be found out when they are over. */
const DRIP = { everyMs: 50, bytes: 100 };
/** Node.js looks for late requests but now and then, and a busy machine takes its time. */
const LATEST_MS = DRIP.everyMs * DRIP.bytes;
/** Of a library that shows a connection only once it asks for something. */
const UNSEEN_MS = { from: 6_000, to: 20_000 };

/** Two that were there before still talk, and others can still come. */
async function openWitnesses(bench: Bench) {
  const [ann, bob] = [await bench.connect("ann"), await bench.connect("bob")];
  const inbox = createInbox();
  await bob.subscribe("user/bob", inbox.onEvent);
  let notes = 0;
  return async () => {
    notes += 1;
    await ann.publish({ channel: "user/bob", body: `note ${notes}` });
    await inbox.waitFor(notes);
    await (await bench.connect("cid")).close();
  };
}

/** Sends the bytes one by one and says how long it was until the server had ended its side; rejects after `withinMs`. */
async function drip(url: URL, bytes: Buffer, withinMs: number): Promise<number> {
  const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true, allowHalfOpen: true });
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    if (socket.writable && sent < bytes.length) socket.write(bytes.subarray(sent, sent + 1));
    sent += 1;
  }, DRIP.everyMs);
  try {
    const ended = new Promise<void>((resolve) => {
      socket.on("error", () => resolve());
      socket.once("end", resolve);
      socket.once("close", () => resolve());
    });
    socket.resume();
    await within("the server ends the connection", ended, withinMs);
    return performance.now() - began;
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
}

export const bounds: readonly Check[] = [
  check("ends a session when its token runs out, though its client talks all the time", {}, async (bench) => {
    const bob = await bench.connect("bob");
    const [annInbox, bobInbox] = [createInbox(), createInbox()];
    await bob.subscribe("topic/news", bobInbox.onEvent);
    const token = bench.token("ann", 1_000);
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    const ann = await bench.connect("ann", { token });
    await ann.subscribe("topic/news", annInbox.onEvent);
    const talk = setInterval(() => {
      ann.publish({ channel: "topic/other", body: "still here" }).catch(() => undefined);
    }, 40);
    try {
      const { code: reason } = await within("the connection ends", ann.closed);
      assert.ok(["unauthenticated", "closed"].includes(reason), reason);
      const lateMs = Date.now() - 1_000 * exp;
      assert.ok(lateMs > -200 && lateMs < 5_000, `${lateMs} ms after the token's time`);
    } finally {
      clearInterval(talk);
    }
    await until("the session is over", () => bench.hub.counters.sessions === 1);
    await bob.publish({ channel: "topic/news", body: "late" });
    await bobInbox.waitFor(1);
    assert.deepEqual(annInbox.bodies, []);
  }),

  check(
    "ends a connection on which nobody is let in, though it sends a byte now and then",
    { network: true, serve: { handshakeTimeoutMs: HANDSHAKE_MS } },
    async (bench, { supports }) => {
      const url = new URL(bench.server.endpoint.url);
      // A transport that can give the reason does so before the connection's time is over, after half of it if it is as short as this.
      const time = { from: HANDSHAKE_MS / 2 - 10, to: LATEST_MS };
      const { from, to } = supports.unseenUntilAsking ? UNSEEN_MS : time;
      const silent = Buffer.alloc(0);
      const proxy = await openProxy(bench.server.endpoint);
      const ann = await bench.connect("ann", {}, proxy.endpoint);
      await ann.close();
      await proxy.close();
      const opening = proxy.recordings.find(({ length }) => length > 0);
      assert.ok(opening);
      const assertNobodyElseSuffers = await openWitnesses(bench);
      if (supports.viaBroker) {
        // Only one that has introduced itself is the core's to end.
        await Promise.all([
          assert.rejects(drip(url, silent, 4 * HANDSHAKE_MS), /not within/),
          drip(url, opening.subarray(0, DRIP.bytes), 2 * LATEST_MS + PATIENCE_MS),
        ]);
        await assertNobodyElseSuffers();
        return;
      }
      const took = await Promise.all(
        [opening.subarray(0, DRIP.bytes), silent].map((bytes) => drip(url, bytes, to + PATIENCE_MS)),
      );
      for (const ms of took) assert.ok(ms > from && ms < to, `after ${Math.round(ms)} ms`);
      await assertNobodyElseSuffers();
    },
  ),

  check("an exception behind one connection ends no other, and is counted", {}, async (bench, transport) => {
    const { hub } = bench;
    const assertNobodyElseSuffers = await openWitnesses(bench);
    const throwForEve = (user: string) => {
      if (user === "eve") throw new TypeError("an error of the test's");
    };
    const [publish, subscribe, markRead] = [
      hub.publish.bind(hub),
      hub.subscribe.bind(hub),
      hub.markRead.bind(hub),
    ];
    const [authenticate, admit] = [hub.authenticate.bind(hub), hub.admit.bind(hub)];
    const attempts: Record<string, () => Promise<unknown>> = {
      publish: async () => (await bench.connect("eve")).publish({ channel: "topic/news", body: "x" }),
      subscribe: async () => (await bench.connect("eve")).subscribe("topic/news", createInbox().onEvent),
      markRead: async () => (await bench.connect("eve")).markRead("x-1"),
      "the check of a token": () => transport.connect(bench.server.endpoint, { token: "eve" }),
    };
    hub.publish = (session, ...request) => {
      throwForEve(session.identity.user);
      return publish(session, ...request);
    };
    hub.subscribe = (session, ...request) => {
      throwForEve(session.identity.user);
      return subscribe(session, ...request);
    };
    hub.markRead = (session, ...request) => {
      throwForEve(session.identity.user);
      return markRead(session, ...request);
    };
    hub.authenticate = (token) => {
      throwForEve(token);
      return authenticate(token);
    };
    hub.admit = (token) => {
      throwForEve(token);
      return admit(token);
    };
    for (const [what, attempt] of Object.entries(attempts)) {
      const before = hub.counters.internal;
      await assert.rejects(within(`an answer to ${what}`, attempt()), (error) => {
        // Told, or cut off; not left waiting.
        return code("internal", "closed", "unreachable")(error) && LabError.from(error).message.length > 0;
      });
      assert.ok(hub.counters.internal > before, `${what} is counted`);
      await assertNobodyElseSuffers();
    }
  }),
];
