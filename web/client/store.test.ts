// @vitest-environment happy-dom
import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import { LabError } from "../../core/errors.ts";
import { server } from "./fake-server.test-fixture.ts";
import { candidates } from "./options.ts";
import { createNotificationStore } from "./store.ts";

vi.mock("../../transports/browser.ts", async (original) => {
  const fake = await import("./fake-server.test-fixture.ts");
  const real = await original<typeof import("../../transports/browser.ts")>();
  return { ...real, pageTransports: fake.server.inPlaceOf(real.pageTransports) };
});

const options = {
  url: "http://127.0.0.1:1",
  channels: ["topic/news"],
  reconnect: { attempts: 2, delayMs: 1, jitter: 0 },
};

beforeEach(() => server.reset());
const stores: { stop(): Promise<void> }[] = [];
afterEach(() => Promise.all(stores.splice(0).map((store) => store.stop())));

function createStore(more: Partial<Parameters<typeof createNotificationStore>[0]> = {}) {
  const store = createNotificationStore({ ...options, ...more });
  stores.push(store);
  return store;
}

/** Settles with the first snapshot of which it holds. */
function when(
  store: ReturnType<typeof createStore>,
  holds: (snapshot: ReturnType<typeof store.getSnapshot>) => boolean,
) {
  return vi.waitUntil(() => (holds(store.getSnapshot()) ? store.getSnapshot() : undefined), {
    interval: 2,
    timeout: 20_000,
  });
}

test("takes the first transport that answers, in the order given, with the scheme of each", async () => {
  server.unreachable = ["websocket"];
  const store = createStore();
  assert.equal(store.getSnapshot().state, "idle");
  store.start("token");
  const { transport } = await when(store, ({ state }) => state === "connected");
  assert.equal(transport, "sse");
  assert.deepEqual(server.addresses, ["ws://127.0.0.1:1", "http://127.0.0.1:1"]);
});

test.each([
  ["mqtt:ws", "ws://127.0.0.1:1"],
  ["socketio", "http://127.0.0.1:1"],
  ["grpc:web", "http://127.0.0.1:1"],
] as const)("one address for all gets the scheme that %s takes", (transport, url) => {
  assert.deepEqual(candidates({ url: "http://127.0.0.1:1", transport }), [{ transport, url }]);
});

test("gives up after its rounds with the reason, and starts anew when told to", async () => {
  server.unreachable = ["websocket"];
  const store = createStore({ transport: "websocket" });
  store.start("token");
  const { error } = await when(store, ({ state }) => state === "closed");
  assert.equal(error?.code, "unreachable");
  assert.equal(server.addresses.length, 3);
  server.unreachable = [];
  store.start("token");
  await when(store, ({ state }) => state === "connected");
});

test("a refused token that is a string ends it; a function is asked once more", async () => {
  server.refuses = (token) => token === "old";
  const fixed = createStore();
  fixed.start("old");
  assert.equal((await when(fixed, ({ state }) => state === "closed")).error?.code, "unauthenticated");
  let asked = 0;
  const getting = createStore();
  getting.start(() => {
    asked += 1;
    return asked === 1 ? "old" : "new";
  });
  await when(getting, ({ state }) => state === "connected");
  assert.equal(asked, 2);
  const hopeless = createStore();
  let inVain = 0;
  hopeless.start(async () => {
    inVain += 1;
    return "old";
  });
  await when(hopeless, ({ state }) => state === "closed");
  assert.equal(inVain, 2);
});

test("goes on from its cursor when its token has run out, and when it was stopped and started", async () => {
  const store = createStore();
  store.start(() => "token");
  await when(store, ({ state }) => state === "connected");
  server.publish("topic/news", "1");
  await when(store, ({ received }) => received === 1);
  server.endAll(new LabError("unauthenticated", "the token has expired"));
  server.publish("topic/news", "2");
  await when(store, ({ received }) => received === 2);
  await store.stop();
  server.publish("topic/news", "3");
  store.start(() => "token");
  const { notifications, replayed } = await when(store, ({ received }) => received === 3);
  assert.deepEqual(
    notifications.map(({ body }) => body),
    ["1", "2", "3"],
  );
  assert.ok(replayed <= 2);
  assert.equal(server.open, 1);
});

test("tells once a frame what came, keeps no more than its limit, and counts all", async () => {
  const store = createStore({ limit: 10 });
  store.start("token");
  await when(store, ({ state }) => state === "connected");
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  for (let i = 1; i <= 1_000; i += 1) server.publish("topic/news", String(i));
  assert.equal(told, 0);
  const { notifications, latenciesMs } = await when(store, ({ received }) => received === 1_000);
  assert.equal(told, 1);
  assert.deepEqual(
    notifications.map(({ body }) => body),
    Array.from({ length: 10 }, (_, index) => String(991 + index)),
  );
  assert.ok(latenciesMs.length <= 10);
});

test("marks what was read, tells what was lost, and sends only where there is a connection", async () => {
  const store = createStore();
  await assert.rejects(store.send("topic/news", "early"), { code: "closed" });
  server.missed = true;
  store.start("token");
  const { missed } = await when(store, ({ state }) => state === "connected");
  assert.deepEqual(missed, ["topic/news"]);
  const { id } = await store.send("topic/news", "hello");
  await when(store, ({ received }) => received === 1);
  await store.markRead(id);
  assert.deepEqual(server.read, [id]);
  const { notifications } = await when(store, (snapshot) => snapshot.notifications[0]?.read === true);
  assert.equal(notifications.length, 1);
});

test("stopping while it connects leaves nothing open, and says nothing of a reason", async () => {
  const store = createStore();
  store.start("token");
  await store.stop();
  assert.equal(server.open, 0);
  const { error } = await when(store, ({ state }) => state === "idle");
  assert.equal(error, undefined);
});
