import { setMaxListeners } from "node:events";
import type { LoadProcess } from "../processes/load-process.ts";
import type {
  LoadCount,
  LoadReply,
  LoadReport,
  LoadRequest,
  LoadSample,
  LoadSlice,
} from "../processes/messages.ts";
import { runAgent } from "./agent.ts";
import { createAllowed } from "./allowed.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Lines, openLine } from "./line.ts";
import { MemoryBroker } from "./memory-bus.ts";

/*
 * Agents by the hundred in one process, without sockets, processes and clocks of their own: what the controller's side of the work costs with so many,
 * and whether its sums are right. Everything between them and the controller is what real agents have.
 */

export interface ImitatedAgents {
  readonly broker: MemoryBroker;
  /** What the pool is to be given in place of a listening port. */
  readonly waitForCalls: () => Promise<Lines>;
  stop(): Promise<void>;
}

/** Latencies of an imitated slice: so many places of a histogram, each once. */
const PLACES = 300;

/** Starts them; settles when all are announced. Each knows how to answer for as many slices as it is asked for. */
export async function imitateAgents(count: number): Promise<ImitatedAgents> {
  const broker = new MemoryBroker();
  const ended = new AbortController();
  setMaxListeners(0, ended.signal);
  const waiting: Promise<void>[] = [];
  const running = Array.from({ length: count }, (_, index) => {
    let onWaiting: () => void = () => undefined;
    waiting.push(
      new Promise((resolve) => {
        onWaiting = resolve;
      }),
    );
    return runAgent(
      {
        bus: broker.connect(),
        name: `imitated-${String(index + 1).padStart(4, "0")}`,
        terms: {
          limits: DEFAULT_LIMITS,
          allowed: createAllowed(["private"]),
          own: new Map(),
          callController,
          startProcess: () => ({ role: "load", process: imitatedLoad() }),
        },
        onEvent: onWaiting,
      },
      ended.signal,
    );
  });
  await Promise.all(waiting);
  return {
    broker,
    waitForCalls: async () => ({
      port: 1,
      expect: () => undefined,
      end: () => undefined,
      close: () => undefined,
    }),
    stop: async () => {
      ended.abort();
      await Promise.all(running);
    },
  };
}

/** A controller whose clock is this one's. */
const callController: typeof openLine = async () => ({
  compareClocks: async () => ({ atUs: performance.now() * 1_000, offsetUs: 0, boundUs: 10 }),
  close: () => undefined,
});

/** A load process that knows what to answer, and does nothing. */
export function imitatedLoad(): LoadProcess {
  let slices: LoadSlice[] = [];
  const answers: Record<LoadRequest["kind"], (request: LoadRequest) => LoadReply> = {
    prepare: () => ({ kind: "prepared" }),
    connect: () => ({ kind: "connected", seconds: 0.1, connections: 100 }),
    start: () => ({ kind: "started" }),
    halt: () => ({ kind: "halted" }),
    sample: () => ({ kind: "sampled", sample }),
    count: () => ({ kind: "counted", counted }),
    window: () => ({ kind: "window", window: { count: 0, maxUs: 0, buckets: new Uint32Array(0) } }),
    take: () => ({ kind: "taken", report: reportOf(0) }),
    finish: () => ({ kind: "finished", report: reportOf(0) }),
    clock: () => ({ kind: "clocked" }),
    schedule: (request) => {
      if (request.kind === "schedule") slices = request.turns.map((_, index) => sliceOf(index));
      return { kind: "scheduled" };
    },
    collect: () => ({ kind: "collected", slices }),
  };
  return {
    pid: undefined,
    died: new Promise(() => undefined),
    ask: async <K extends LoadReply["kind"]>(request: LoadRequest, kind: K) => {
      const reply = answers[request.kind](request);
      if (isKind<Extract<LoadReply, { kind: K }>>(reply, kind)) return reply;
      throw new TypeError(`${request.kind} is not answered by ${kind}`);
    },
    stop: async () => undefined,
  };
}

function isKind<T extends LoadReply>(reply: LoadReply, kind: string): reply is T {
  return reply.kind === kind;
}

const counted: LoadCount = {
  sendsSettled: true,
  publishes: PLACES,
  expected: PLACES,
  delivered: PLACES,
  receiptsExpected: 0,
  receiptsReceived: 0,
  unmeasured: { expected: 0, delivered: 0 },
  receiptsAwaited: 0,
};

const sample: LoadSample = {
  spunUs: 0,
  process: {
    cpuUserUs: 1,
    cpuSystemUs: 1,
    loopActiveMs: 1,
    loopIdleMs: 1,
    rssBytes: 1,
    heapUsedBytes: 1,
    externalBytes: 1,
    gcPauses: 0,
    gcPausedUs: 0,
    gcLongestUs: 0,
    loopDelayP99Us: 0,
    loopDelayMaxUs: 0,
  },
};

/** The slice of that number has latencies that no other has. */
function sliceOf(index: number): LoadSlice {
  return {
    before: sample,
    after: sample,
    counts: { before: counted, end: counted, after: counted },
    report: reportOf(index),
    lateUs: 0,
  };
}

function reportOf(index: number): LoadReport {
  const latency = {
    counts: Array.from({ length: 2 * PLACES }, (_, place) =>
      place % 2 === 0 ? index * PLACES + place / 2 : 1,
    ),
    negative: 0,
  };
  const none = { counts: [], negative: 0 };
  const numbers = Float64Array.from({ length: PLACES }, (_, place) => place);
  return {
    count: counted,
    deliveries: { delivered: PLACES, duplicated: 0, reordered: 0 },
    publishFailures: {},
    readFailures: 0,
    foreignBodies: 0,
    reconnects: 0,
    outages: [],
    subscribers: [],
    apartDeliveries: 0,
    readyLatency: none,
    lastSendUs: 1,
    lastDeliveryUs: 1,
    lagTrend: { sends: { first: 1, last: 1 }, leastUs: { first: 0, last: 0 }, endUs: 0 },
    sendsChecksum: 1,
    deliveryLatency: latency,
    nodeLatency: { same: latency, other: none },
    serviceLatency: latency,
    publishLatency: latency,
    receiptLatency: none,
    sendLag: latency,
    trace: {
      keys: numbers,
      dueUs: numbers,
      readUs: numbers,
      receivedUs: numbers,
      connections: Uint32Array.from(numbers),
      addresses: [],
      bursts: { us: 0, busyUs: 0 },
    },
    role: "clients",
    windows: [],
    publishesByInterval: [],
  };
}
