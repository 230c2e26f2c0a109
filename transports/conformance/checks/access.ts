import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { code, createInbox, within } from "../bench.ts";
import { check } from "../check.ts";

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function handmadeToken(header: object, claims: object, key: string): string {
  const signed = `${base64(header)}.${base64(claims)}`;
  return `${signed}.${key === "" ? "" : createHmac("sha256", key).update(signed).digest("base64url")}`;
}

export const access = [
  check("refuses a missing, forged, unsigned or expired token", { short: true }, async (bench, transport) => {
    const later = Math.floor(Date.now() / 1_000) + 3_600;
    const [header, claims, signature] = bench.token("ann").split(".");
    const tokens = {
      missing: "",
      garbage: "not-a-token",
      "signed with another key": handmadeToken(
        { alg: "HS256", typ: "JWT" },
        { sub: "ann", exp: later },
        "x".repeat(32),
      ),
      "alg none": handmadeToken({ alg: "none", typ: "JWT" }, { sub: "ann", exp: later }, ""),
      "claims swapped": `${header}.${base64({ sub: "bob", exp: later })}.${signature}`,
      "signature cut": `${header}.${claims}.`,
      expired: bench.token("ann", -5_000),
      "without a user id": bench.token("not/an/id"),
    };
    const refusals = Object.entries(tokens).map(([what, token]) => {
      const attempt = within(`refusing: ${what}`, transport.connect(bench.server.endpoint, { token }));
      return assert.rejects(attempt, code("unauthenticated"), what);
    });
    await Promise.all(refusals);
    assert.equal(bench.hub.counters.sessions, 0, "a refused token leaves no session");
    await bench.connect("ann");
  }),

  check(
    "ends what an expired token may do",
    { patient: true, heartbeat: { intervalMs: 1_000, timeoutMs: 500 } },
    async (bench) => {
      // exp counts whole seconds from the beginning of the present one, so this lives for 2 to 3 s.
      const client = await bench.connect("ann", { token: bench.token("ann", 2_000) });
      await client.publish({ channel: "topic/news", body: "in time" });
      const closed = within("the connection ends", client.closed, 20_000);
      await new Promise((resolve) => setTimeout(resolve, 3_050));
      await assert.rejects(
        client.publish({ channel: "topic/news", body: "late" }),
        code("unauthenticated", "closed"),
      );
      await closed;
    },
  ),

  check("refuses another user's channel, and what is no channel", { short: true }, async (bench) => {
    const ann = await bench.connect("ann");
    const bob = await bench.connect("bob");
    const overheard = createInbox();
    await assert.rejects(ann.subscribe("user/bob", overheard.onEvent), code("forbidden"));
    for (const name of [
      "",
      "news",
      "topic/",
      "topic/a b",
      "user/+",
      "topic/#",
      "user/../bob",
      "topic/\u0000",
    ]) {
      await assert.rejects(
        ann.subscribe(name, overheard.onEvent),
        code("invalid_channel"),
        JSON.stringify(name),
      );
      await assert.rejects(
        ann.publish({ channel: name, body: "x" }),
        code("invalid_channel"),
        JSON.stringify(name),
      );
    }
    const inbox = createInbox();
    await bob.subscribe("user/bob", inbox.onEvent);
    await ann.publish({ channel: "user/bob", body: "for bob alone" });
    await inbox.waitFor(1);
    assert.deepEqual(overheard.bodies, []);
  }),

  check(
    "limits the publishes of a session, and only those",
    { short: true, publishesPerMinute: 3 },
    async (bench) => {
      const ann = await bench.connect("ann");
      const bob = await bench.connect("bob");
      const inbox = createInbox();
      await bob.subscribe("topic/news", inbox.onEvent);
      for (let i = 0; i < 3; i += 1) await ann.publish({ channel: "topic/news", body: String(i) });
      await assert.rejects(
        ann.publish({ channel: "topic/news", body: "one too many" }),
        code("rate_limited"),
      );
      await bob.publish({ channel: "topic/news", body: "bob has his own" });
      await inbox.waitFor(4);
      assert.deepEqual(inbox.bodies, ["0", "1", "2", "bob has his own"]);
      await ann.subscribe("topic/news", createInbox().onEvent);
    },
  ),

  check("limits the channels of a session, each counted once", { maxSubscriptions: 2 }, async (bench) => {
    const ann = await bench.connect("ann");
    const follow = (channel: string) => ann.subscribe(channel, createInbox().onEvent);
    for (let times = 0; times < 5; times += 1) {
      await follow("topic/a");
      await follow("topic/b");
    }
    await assert.rejects(follow("topic/c"), code("too_many_subscriptions"));
  }),

  check("lets a session follow 100 channels unless told otherwise", {}, async (bench) => {
    const ann = await bench.connect("ann");
    for (let i = 0; i < 100; i += 1) await ann.subscribe(`topic/${i}`, createInbox().onEvent);
    await assert.rejects(ann.subscribe("topic/100", createInbox().onEvent), code("too_many_subscriptions"));
  }),
];
