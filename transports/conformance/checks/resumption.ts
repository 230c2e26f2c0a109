import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ConnectionState, TransportClient } from "../../port/transport.ts";
import { type Bench, code, createInbox, until, within } from "../bench.ts";
import { check } from "../check.ts";
import { openProxy } from "../proxy.ts";

const publishAll = async (client: TransportClient, bodies: readonly string[]) => {
  for (const body of bodies) await client.publish({ channel: "topic/news", body });
};
/** Together more than the kernel's buffers of a connection take. */
const GAP = 1_000;
const GAP_BODY = 16_000;
const GAP_BUFFER = 256 * 1024;

/** Publishes to the hub itself, as quickly as it can be done. */
function publishInside({ hub }: Bench, count: number): void {
  const outlet = hub.attach<undefined>(
    () => undefined,
    () => undefined,
  );
  const session = outlet.connect({ user: "inside", expiresAt: Number.POSITIVE_INFINITY }, undefined);
  // Random, so that no compression shrinks it on the way.
  const body = randomBytes((GAP_BODY / 4) * 3).toString("base64");
  for (let i = 0; i < count; i += 1) hub.publish(session, "topic/news", body);
  outlet.detach();
}

const persistent = { reconnect: { attempts: 60, delayMs: 50, jitter: 0.2 } };

export const resumption = [
  check(
    "resumes from a cursor, or says that it can't",
    { short: true, replayWindow: 5 },
    async (bench, transport) => {
      const ann = await bench.connect("ann");
      const first = createInbox();
      const { cursor } = await ann.subscribe("topic/news", first.onEvent);
      await publishAll(ann, ["1", "2", "3", "4"]);
      await first.waitFor(4);
      const late = await bench.connect("bob");
      const inbox = createInbox();
      if (!transport.supports.resume) {
        assert.equal(cursor, undefined);
        await assert.rejects(
          late.subscribe("topic/news", inbox.onEvent, first.events[1]?.id),
          code("unsupported"),
        );
        await late.subscribe("topic/news", inbox.onEvent);
        await publishAll(ann, ["5"]);
        await inbox.waitFor(1);
        assert.deepEqual(inbox.bodies, ["5"]);
        return;
      }
      const standing = await late.subscribe("topic/news", inbox.onEvent, first.events[1]?.id);
      assert.equal(standing.missed, false);
      await publishAll(ann, ["5"]);
      await inbox.waitFor(3);
      assert.deepEqual(inbox.bodies, ["3", "4", "5"]);

      const whole = createInbox();
      assert.equal(
        (await (await bench.connect("cid")).subscribe("topic/news", whole.onEvent, cursor)).missed,
        false,
      );
      await whole.waitFor(5);
      assert.deepEqual(
        whole.bodies,
        ["1", "2", "3", "4", "5"],
        "the cursor of a subscription is its beginning",
      );
    },
  ),

  check(
    "brings a gap many times what may be held unread, in order and once, to a reader that pauses",
    {
      network: true,
      replayWindow: GAP,
      maxBodyCharacters: GAP_BODY,
      serve: { maxBufferedBytes: GAP_BUFFER },
    },
    async (bench, transport) => {
      if (!transport.supports.resume) return;
      const { counters, epoch } = bench.hub;
      publishInside(bench, GAP);
      const proxy = await openProxy(bench.server.endpoint);
      try {
        const bob = await bench.connect("bob", {}, proxy.endpoint);
        const inbox = createInbox();
        proxy.stall();
        const standing = bob.subscribe("topic/news", inbox.onEvent, `${epoch}-0`);
        // Long enough for a server that did not wait for its reader to have sent or dropped all of it.
        await new Promise((resolve) => setTimeout(resolve, 500));
        proxy.flow();
        assert.equal((await standing).missed, false);
        publishInside(bench, 1);
        await inbox.waitFor(GAP + 1, 30_000);
        assert.deepEqual(
          inbox.events.map(({ seq }) => seq),
          Array.from({ length: GAP + 1 }, (_, index) => index + 1),
        );
        assert.deepEqual([counters.slowDisconnects, counters.dropped], [0, 0]);
        assert.ok(counters.mostHeldBytes <= GAP_BUFFER + GAP_BODY, `held ${counters.mostHeldBytes} bytes`);
      } finally {
        await proxy.close();
      }
    },
  ),

  check("says when what was missed is gone", { replayWindow: 2 }, async (bench, transport) => {
    if (!transport.supports.resume) return;
    const ann = await bench.connect("ann");
    const first = createInbox();
    await ann.subscribe("topic/news", first.onEvent);
    await publishAll(ann, ["1", "2", "3", "4"]);
    await first.waitFor(4);
    const inbox = createInbox();
    const late = await bench.connect("bob");
    const standing = await late.subscribe("topic/news", inbox.onEvent, first.events[0]?.id);
    assert.equal(standing.missed, true);
    await inbox.waitFor(2);
    assert.deepEqual(inbox.bodies, ["3", "4"]);
    const other = await late.subscribe("topic/other", inbox.onEvent, "anotherhub-1");
    assert.equal(other.missed, true, "a cursor of another hub");
    await assert.rejects(
      late.subscribe("topic/x", inbox.onEvent, "\u0000 no cursor"),
      code("invalid_cursor"),
    );
  }),

  check(
    "comes back by itself after a cut, with what it missed where it can",
    { network: true, replayWindow: 100 },
    async (bench, transport) => {
      const proxy = await openProxy(bench.server.endpoint);
      try {
        const states: ConnectionState[] = [];
        const onState = (state: ConnectionState) => states.push(state);
        const bob = await bench.connect("bob", { ...persistent, onState }, proxy.endpoint);
        const ann = await bench.connect("ann");
        const inbox = createInbox();
        await bob.subscribe("topic/news", inbox.onEvent);
        await publishAll(ann, ["before"]);
        await inbox.waitFor(1);
        proxy.cut();
        await until("the loss is told", () => states.length === 1);
        await publishAll(ann, ["during"]);
        proxy.heal();
        await until("the return is told", () => states.length === 2, 20_000);
        await publishAll(ann, ["after"]);
        const { resume, recovers = resume } = transport.supports;
        const expected = recovers ? ["before", "during", "after"] : ["before", "after"];
        await inbox.waitFor(expected.length);
        assert.deepEqual(inbox.bodies, expected);
        const returned = states[1];
        assert.ok(states[0]?.state === "reconnecting" && returned?.state === "connected");
        assert.deepEqual(returned.missed, recovers ? [] : ["topic/news"]);
        assert.ok(await bob.publish({ channel: "topic/news", body: "and speaks" }));
      } finally {
        await proxy.close();
      }
    },
  ),

  check("comes back after the server was restarted", { replayWindow: 100 }, async (bench) => {
    const states: ConnectionState[] = [];
    const onState = (state: ConnectionState) => states.push(state);
    const ann = await bench.connect("ann", { ...persistent, onState });
    const inbox = createInbox();
    await ann.subscribe("topic/news", inbox.onEvent);
    await bench.restart();
    await until("it is connected again", () => states.at(-1)?.state === "connected", 20_000);
    await publishAll(ann, ["still here"]);
    await inbox.waitFor(1);
    assert.deepEqual(inbox.bodies, ["still here"]);
    assert.equal(bench.hub.counters.sessions, 1, "the old session is gone");
  }),

  check("gives up after its attempts, and says why", {}, async (bench) => {
    const states: ConnectionState[] = [];
    const onState = (state: ConnectionState) => states.push(state);
    const ann = await bench.connect("ann", { reconnect: { attempts: 2, delayMs: 20, jitter: 0 }, onState });
    await bench.server.close();
    const reason = await within("it gives up", ann.closed);
    assert.equal(reason.code, "unreachable");
    assert.equal(states.length, 1);
    await assert.rejects(ann.publish({ channel: "topic/news", body: "x" }), code("closed"));
  }),

  check("does not come back once closed", {}, async (bench) => {
    const ann = await bench.connect("ann", { reconnect: { attempts: 100, delayMs: 50, jitter: 0 } });
    await bench.server.close();
    await within("close() in mid-reconnection", ann.close());
    assert.equal((await ann.closed).code, "closed");
  }),
];
