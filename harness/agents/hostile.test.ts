import assert from "node:assert/strict";
import { afterEach, describe, test } from "vitest";
import type { LoadProcess } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest } from "../processes/messages.ts";
import { feedPlan } from "../selftest/trials.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { createAllowed } from "./allowed.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { MemoryBroker } from "./memory-bus.ts";
import { subjects } from "./messages.ts";
import { piecesOf } from "./pieces.ts";
import { Session } from "./session.ts";

const SESSION = "0123456789abcdef0123456789abcdef";
const plan = feedPlan({ seed: 7, ratePerSecond: 60, measureMs: 500, subscribers: 5, warmupMs: 100 });

/** A controller that says whatever it likes to a session whose processes only take down what they are asked. */
async function opened(limits = DEFAULT_LIMITS) {
  const broker = new MemoryBroker();
  const [agent, controller] = [broker.connect(), broker.connect()];
  const asked: LoadRequest[] = [];
  const patience: number[] = [];
  const process: LoadProcess = {
    pid: undefined,
    died: new Promise(() => undefined),
    ask: async <K extends LoadReply["kind"]>(request: LoadRequest, kind: K, timeoutMs: number) => {
      asked.push(request);
      patience.push(timeoutMs);
      return { kind } as Extract<LoadReply, { kind: K }>;
    },
    stop: async () => undefined,
  };
  const heard: { kind: string; reason?: string; reply?: { kind: string; reason?: string } }[] = [];
  let onHeard: () => void = () => undefined;
  controller.subscribe(subjects.toController(SESSION), (bytes) => {
    heard.push(JSON.parse(Buffer.from(bytes.subarray(12)).toString()));
    onHeard();
  });
  const session = await Session.open(
    agent,
    { version: "1", protocol: 1, node: "v1", session: SESSION, line: { host: "10.0.0.5", port: 1 } },
    {
      limits,
      allowed: createAllowed(["private"]),
      own: new Map(),
      callController: async () => ({
        compareClocks: async () => ({ atUs: 0, offsetUs: 0, boundUs: 1 }),
        close: () => undefined,
      }),
      startProcess: () => ({ role: "load", process }),
    },
  );
  let number = 0;
  const answer = () =>
    new Promise<(typeof heard)[number]>((resolve) => {
      const have = heard.length;
      onHeard = () => {
        const next = heard[have];
        if (next) resolve(next);
      };
    });
  const raw = (bytes: Uint8Array) => {
    const answered = answer();
    controller.publish(subjects.toAgent(SESSION), bytes);
    return answered;
  };
  const say = async (message: unknown) => {
    const answered = answer();
    for (const piece of piecesOf(message, number)) controller.publish(subjects.toAgent(SESSION), piece);
    number += 1;
    return answered;
  };
  const start = (process = 0) => {
    controller.publish(
      subjects.toAgent(SESSION),
      piecesOf({ kind: "start", process, role: "load", name: "x" }, number)[0] ?? Buffer.alloc(0),
    );
    number += 1;
  };
  const ask = (request: unknown, planHashes?: readonly string[]) =>
    say({ kind: "ask", process: 0, request, timeoutMs: 1_000, ...(planHashes && { planHashes }) });
  return { session, asked, patience, say, raw, start, ask };
}

let open: Awaited<ReturnType<typeof opened>> | undefined;
afterEach(async () => {
  await open?.session.end("the test is over");
  open = undefined;
});

const assignment = {
  plan,
  part: { role: "clients", share: 0, of: 1, drained: false },
  number: 0,
  transport: { name: "websocket" },
  endpoint: { url: "ws://10.0.0.5:4000" },
  relayedEndpoint: { url: "ws://10.0.0.5:4000" },
  secret: "s",
  widthMs: 1_000,
  intervals: 3,
};
const prepare = (change: object = {}) => ({ kind: "prepare", assignments: [{ ...assignment, ...change }] });

/** So deep that what calls itself for each level would not come back. */
const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
const message = (json: string) => {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(1, 8);
  return Buffer.concat([header, Buffer.from(json)]);
};
const wide = JSON.stringify(
  Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index])),
);

describe("messages that are none end the session with one short line", () => {
  test.for([
    ["deep", message(deep)],
    ["a deep request", message(`{"kind":"stop","process":${deep}}`)],
    ["wide", message(wide)],
    ["wide with a kind", message(`{"kind":"release",${wide.slice(1)}`)],
    ["a kind that there is not", message(`{"kind":"shell","command":"id"}`)],
    ["a number as text", message(`{"kind":"start","process":"0","role":"load","name":"x"}`)],
    ["a number that is absurd", message(`{"kind":"stop","process":1e300}`)],
    ["a number below zero", message(`{"kind":"stop","process":-1}`)],
    ["a prototype", message(`{"kind":"release","__proto__":{"polluted":1}}`)],
    ["nothing", message("null")],
  ] as const)("%s", async ([, bytes]) => {
    open = await opened();
    const { kind, reason = "" } = await open.raw(bytes);
    assert.equal(kind, "over");
    assert.match(reason, /^a message is not understood[^\n]{0,400}$/);
    assert.deepEqual(open.asked, []);
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });
});

describe("requests that go too far are refused with one line, and no process hears of them", () => {
  test.for<[what: string, request: object, message: RegExp, hashes?: string[]]>([
    ["another plan's hash", prepare(), /hash is another one/, ["f".repeat(64)]],
    ["no hash", prepare(), /hash is another one/, []],
    [
      "a module",
      prepare({ transport: { name: "websocket", module: "file:///etc/x.js" } }),
      /not understood at .*transport/,
    ],
    [
      "another build",
      prepare({ transport: { name: "websocket", build: "/tmp" } }),
      /not understood at .*transport/,
    ],
    [
      "code as data",
      prepare({ transport: { name: "websocket", module: "data:text/javascript,1" } }),
      /not understood/,
    ],
    [
      "a transport that is not here",
      prepare({ transport: { name: "mine", filesHash: "0".repeat(64) } }),
      /no transport mine of its own/,
    ],
    [
      "an address elsewhere",
      prepare({ endpoint: { url: "ws://93.184.216.34:80" } }),
      /connects to its controller and to private only, not to "93\.184/,
    ],
    ["a cloud's own", prepare({ endpoint: { url: "http://169.254.169.254/latest" } }), /not to "169\.254/],
    [
      "this machine's services",
      prepare({ endpoint: { url: "ws://127.0.0.1:6379" } }),
      /not to "127\.0\.0\.1"/,
    ],
    ["the same in other words", prepare({ endpoint: { url: "ws://0x7f.1:6379" } }), /not to "127\.0\.0\.1"/],
    ["the same in IPv6", prepare({ endpoint: { url: "ws://[::ffff:7f00:1]:6379" } }), /not to "::ffff/],
    ["a name", prepare({ endpoint: { url: "ws://localhost:6379" } }), /not to "localhost"/],
    [
      "a name behind an address",
      prepare({ endpoint: { url: "ws://10.0.0.5:1@evil.example" } }),
      /not to "evil\.example"/,
    ],
    [
      "a socket in the file system",
      prepare({ endpoint: { url: "ws+unix:///run/docker.sock" } }),
      /not to ""/,
    ],
    ["no address", prepare({ endpoint: { url: "10.0.0.5" } }), /not to ""/],
    ["an address behind the relay", prepare({ relayedEndpoint: { url: "ws://8.8.8.8:1" } }), /not to "8\.8/],
    ["a node elsewhere", prepare({ nodes: [{ url: "ws://8.8.8.8:1" }] }), /not to "8\.8/],
    ["too many intervals", prepare({ intervals: 1e9 }), /not understood at assignments\.0\.intervals/],
    [
      "a user of an absurd number",
      prepare({ part: { ...assignment.part, of: 1e308 } }),
      /not understood at assignments\.0\.part/,
    ],
    ["no assignment", { kind: "prepare", assignments: [] }, /not understood at assignments/],
    [
      "an assignment that is a list",
      { kind: "prepare", assignments: { length: 1e9 } },
      /not understood at assignments/,
    ],
    [
      "a moment without end",
      { kind: "start", phase: "warmup", epochUs: Number.MAX_VALUE },
      /not understood at epochUs/,
    ],
    ["a share of more than all", { kind: "connect", upTo: 7 }, /not understood at upTo/],
    [
      "the agent's own business",
      { kind: "clock", line: { offsetUs: 0, rate: 1, atUs: 0 } },
      /not understood/,
    ],
    ["a server's request", { kind: "serve" }, /not understood/],
  ])("%s", async ([, request, expected, hashes]) => {
    open = await opened();
    open.start();
    const { kind, reply } = await open.ask(request, hashes ?? [hashPlan(plan)]);
    assert.deepEqual([kind, reply?.kind], ["answer", "failed"]);
    assert.match(reply?.reason ?? "", expected);
    assert.match(reply?.reason ?? "", /^[^\n]{1,500}$/);
    assert.deepEqual(open.asked, []);
  });

  test.for<[limit: keyof typeof DEFAULT_LIMITS, most: number, message: RegExp]>([
    ["connections", 5, /allows 5 connections, not 6; --limits connections=N/],
    ["seconds", 1, /allows 1 seconds of a plan, not/],
    ["rate", 59, /allows 59 publishes a second, not 60/],
    ["payload", 20, /allows 20 characters of a notification/],
  ])("more %s than the agent's limit", async ([limit, most, expected]) => {
    open = await opened({ ...DEFAULT_LIMITS, [limit]: most });
    open.start();
    const { reply } = await open.ask(prepare(), [hashPlan(plan)]);
    assert.match(reply?.reason ?? "", expected);
    assert.deepEqual(open.asked, []);
  });

  test("more processes than the agent's limit, and a server of one that runs load", async () => {
    open = await opened({ ...DEFAULT_LIMITS, processes: 1 });
    open.start();
    const second = await open.say({ kind: "start", process: 1, role: "load", name: "x" });
    assert.match(`${second.kind} ${second.reason}`, /died this agent allows 1 processes, not 2/);
    await open.session.end("next");
    open = await opened();
    const server = await open.say({ kind: "start", process: 0, role: "server", name: "x" });
    assert.match(`${server.kind} ${server.reason}`, /died this agent runs load/);
  });

  test("an excerpt that is faster than the limit in an open loop, and a schedule without end", async () => {
    open = await opened({ ...DEFAULT_LIMITS, rate: 100, seconds: 60 });
    open.start();
    assert.equal((await open.ask(prepare(), [hashPlan(plan)])).reply?.kind, "prepared");
    const excerpt = { seed: 1, lengthMs: 1_000, speed: 50 };
    const start = { kind: "start", phase: "warmup", epochUs: 1, scenario: 0 };
    const fast = await open.ask({ ...start, excerpt });
    assert.match(fast.reply?.reason ?? "", /allows 100 publishes a second, not 3000/);
    const closed = await open.ask({ ...start, excerpt: { ...excerpt, loop: "closed", inFlight: 9 } });
    assert.equal(closed.reply?.kind, "started");
    const turn = { scenario: 0, seed: 1, leadInUs: 0, leadInMs: 1, measureUs: 1, lengthMs: 1, takeUs: 61e6 };
    const long = await open.ask({ kind: "schedule", turns: [turn] });
    assert.match(long.reply?.reason ?? "", /allows 60 seconds of a plan, not 61/);
  });
});

test("what an honest controller asks for is let through as it was", async () => {
  open = await opened();
  open.start();
  assert.equal((await open.ask(prepare(), [hashPlan(plan)])).reply?.kind, "prepared");
  assert.deepEqual(open.asked, [{ kind: "clock", line: { offsetUs: 0, rate: 0, atUs: 0 } }, prepare()]);
  // A process that is still starting beside many others has as long for its clock as for what it is asked.
  assert.deepEqual(open.patience, [1_000, 1_000]);
});
