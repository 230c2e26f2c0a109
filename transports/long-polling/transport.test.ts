import assert from "node:assert/strict";
import { test } from "vitest";
import { type Bench, type BenchOptions, openBench, until } from "../conformance/bench.ts";
import { describeConformance } from "../conformance/describe.ts";
import { longPolling, longPollingMsgpack, longPollingRaw, longPollingSingle } from "./transport.ts";

describeConformance(longPolling);
describeConformance(longPollingRaw);
describeConformance(longPollingSingle);
describeConformance(longPollingMsgpack);

test("answers in batches, and a repeated poll with the same one", () =>
  onBench({}, async (bench, ask) => {
    const { session, cursor } = await ask("POST", "/sessions", bearer(bench, "ann"));
    const headers = { "x-session": session };
    await ask("POST", "/subscribe", headers, { channel: "topic/news" });
    for (const body of ["1", "2", "3"])
      await ask("POST", "/publish", headers, { channel: "topic/news", body });
    const first = await ask("GET", `/poll?after=${cursor}`, headers);
    assert.deepEqual(bodies(first), ["1", "2", "3"]);
    await ask("POST", "/publish", headers, { channel: "topic/news", body: "4" });
    assert.deepEqual(await ask("GET", `/poll?after=${cursor}`, headers), first);
    assert.deepEqual(bodies(await ask("GET", `/poll?after=${first.cursor}`, headers)), ["4"]);
    const stray = await ask("GET", "/poll?after=elsewhere", headers);
    assert.deepEqual([stray.status, stray.code], [400, "invalid_cursor"]);
  }));

test("a second poll takes the place of the first, and an idle one comes back empty", () =>
  onBench({ heartbeat: { intervalMs: 200, timeoutMs: 5_000 } }, async (bench, ask) => {
    const { session } = await ask("POST", "/sessions", bearer(bench, "ann"), { waitMs: 60_000 });
    const headers = { "x-session": session };
    const [first, second] = await Promise.all([
      ask("GET", "/poll?after=0", headers),
      ask("GET", "/poll?after=0", headers),
    ]);
    for (const { status, cursor, events } of [first, second])
      assert.deepEqual({ status, cursor, events }, { status: 200, cursor: "0", events: [] });
    assert.equal(bench.hub.counters.sessions, 1);
  }));

test("tells the client, and the hub, how many events it dropped", () =>
  onBench({ serve: { maxBufferedBytes: 4_096 } }, async (bench, ask) => {
    const { session } = await ask("POST", "/sessions", bearer(bench, "ann"));
    const headers = { "x-session": session };
    await ask("POST", "/subscribe", headers, { channel: "topic/news" });
    const sent = Array.from({ length: 10 }, (_, index) => String(index).padEnd(900, "."));
    for (const body of sent) await ask("POST", "/publish", headers, { channel: "topic/news", body });
    const answer = await ask("GET", "/poll?after=0", headers);
    assert.equal(answer.dropped, bench.hub.counters.dropped);
    assert.ok(bench.hub.counters.dropped > 0);
    assert.deepEqual(bodies(answer), sent.slice(bench.hub.counters.dropped));
  }));

test("a session ends by DELETE, or when its polls stay out; then it is gone", () =>
  onBench({ heartbeat: { intervalMs: 100, timeoutMs: 50 } }, async (bench, ask) => {
    const opened = await ask("POST", "/sessions", bearer(bench, "ann"));
    const pending = ask("GET", "/poll?after=0", { "x-session": opened.session });
    assert.equal((await ask("DELETE", "/sessions", { "x-session": opened.session })).status, 204);
    assert.equal((await pending).code, "closed");
    await ask("POST", "/sessions", bearer(bench, "ann"));
    await until("the one that never polled is ended", () => bench.hub.counters.sessions === 0);
    const late = await ask("GET", "/poll?after=0", { "x-session": opened.session });
    assert.deepEqual([late.status, late.code], [410, "closed"]);
  }));

test("limits the publishes of a token without a session by user", () =>
  onBench({ publishesPerMinute: 2 }, async (bench, ask) => {
    const publish = async (user: string) =>
      (await ask("POST", "/publish", bearer(bench, user), { channel: "topic/news", body: "x" })).status;
    assert.deepEqual([await publish("ann"), await publish("ann"), await publish("ann")], [200, 200, 429]);
    assert.equal(await publish("bob"), 200);
    assert.equal(bench.hub.counters.sessions, 0);
  }));

test("a token alone may mark as read what it may follow, and can't subscribe", () =>
  onBench({}, async (bench, ask) => {
    const headers = bearer(bench, "bob");
    const { id } = await ask("POST", "/publish", bearer(bench, "ann"), { channel: "user/bob", body: "x" });
    assert.equal((await ask("POST", "/read", headers, { id, channel: "user/bob" })).status, 200);
    assert.equal(bench.hub.counters.receipts, 1);
    const foreign = await ask("POST", "/read", bearer(bench, "eve"), { id, channel: "user/bob" });
    assert.equal(foreign.code, "forbidden");
    assert.equal((await ask("POST", "/read", headers, { id })).code, "unknown_notification");
    assert.equal((await ask("POST", "/subscribe", headers, { channel: "topic/news" })).code, "malformed");
  }));

test("answers what it can't read with a reason", () =>
  onBench({}, async (bench, ask) => {
    const headers = bearer(bench, "ann");
    const { url } = bench.server.endpoint;
    const raw = async (body: string, type: string) => {
      const init = { method: "POST", headers: { ...headers, "content-type": type }, body };
      const answer = await fetch(`${url}/publish`, init);
      return [answer.status, JSON.parse(await answer.text()).code];
    };
    assert.deepEqual(await raw("{", "application/json"), [400, "malformed"]);
    assert.deepEqual(await raw("[]", "application/json"), [400, "malformed"]);
    assert.deepEqual(await raw("{}", "text/xml"), [400, "malformed"]);
    assert.deepEqual(await raw(`"${"x".repeat(100_000)}"`, "application/json"), [413, "body_too_long"]);
    const nowhere = await ask("GET", "/nowhere", headers);
    assert.deepEqual([nowhere.status, nowhere.code], [404, "unsupported"]);
  }));

type Answer = Record<string, unknown> & { status: number; session: string; cursor: string };
type Ask = (method: string, path: string, headers: Record<string, string>, body?: object) => Promise<Answer>;

/** Runs against a server, with a plain fetch in place of a client. */
async function onBench(options: BenchOptions, run: (bench: Bench, ask: Ask) => Promise<void>) {
  const bench = await openBench(longPolling, options);
  try {
    await run(bench, async (method, path, headers, body) => {
      const answer = await fetch(bench.server.endpoint.url + path, {
        method,
        headers: body ? { ...headers, "content-type": "application/json" } : headers,
        body: body ? JSON.stringify(body) : null,
      });
      const text = await answer.text();
      return { ...JSON.parse(text === "" ? "{}" : text), status: answer.status };
    });
  } finally {
    await bench.close();
  }
}

function bearer(bench: Bench, user: string): Record<string, string> {
  return { authorization: `Bearer ${bench.token(user)}` };
}

function bodies(answer: Answer): unknown[] {
  assert.ok(Array.isArray(answer.events));
  return answer.events.map((event) => event.body);
}
