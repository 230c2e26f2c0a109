import { expect, test } from "vitest";
import { builtModule } from "../../transports/engines/built-module.ts";
import { askOnce } from "../processes/ask-once.ts";
import { clientCostSchema } from "../result/schema/client-cost.ts";
import { DEFECTS } from "../selftest/defects.ts";
import { measureClients, READERS } from "./measure.ts";
import { lacksClientCost } from "./run.ts";

const signal = new AbortController().signal;
const ROUNDS = { warmUp: 2, parts: 3, each: 4, patienceMs: 50 };

/** Subscribers that use so much for each message, of which every so many-th does not come; each part costs a microsecond more than the one before. */
function imitated(us: number, lost = Number.POSITIVE_INFINITY) {
  let played = 0;
  let cpuUs = 0;
  const replayer = {
    record: () => undefined,
    stop: () => 180 * READERS,
    play: () => {
      // The warm-up is dearer, and no part of it.
      const part = Math.floor((played / READERS - ROUNDS.warmUp) / ROUNDS.each);
      cpuUs += READERS * (part < 0 ? 10 * us : us + part);
      played += READERS;
      return READERS;
    },
  };
  const readers = {
    used: async () => ({ cpuUs, events: played - Math.floor(played / lost) }),
  };
  return { replayer, readers };
}

test("CPU time is divided by messages, each part by itself, and the warm-up is no part", async () => {
  const { replayer, readers } = imitated(25);
  expect(await measureClients(replayer, readers, async () => undefined, ROUNDS)).toEqual({
    bytes: 180,
    messages: 4 * READERS,
    usPerMessage: [25, 26, 27],
  });
});

test("where a message does not come there is no cost", async () => {
  const { replayer, readers } = imitated(25, 3 * READERS);
  await expect(measureClients(replayer, readers, async () => undefined, ROUNDS)).rejects.toThrow(
    "198 messages came of 200 that were played",
  );
});

const entry = { summary: "", packages: [], example: () => [] };

test("a transport has one cost, and none where its messages can't be played", () => {
  const supports = { resume: true, network: true, slowConsumer: "disconnect" } as const;
  const never = async () => Promise.reject(new Error("not asked for"));
  const plain = { ...entry, name: "a", supports, serve: never, connect: never };
  expect(lacksClientCost({}, plain)).toBe(true);
  const known = { clientCosts: [{ transport: "a", absent: "a test" }] };
  expect(lacksClientCost(known, plain)).toBe(false);
  for (const other of [
    { name: "a#2" },
    { name: "a:tls" },
    { pollEveryMs: 1_000 },
    { external: true as const },
    { supports: { ...supports, network: false } },
  ])
    expect(lacksClientCost({}, { ...plain, ...other })).toBe(false);
});

const weigh = async (transport: { readonly name: string; readonly module?: string }) => {
  const { cost } = await askOnce(
    `what ${transport.name} costs`,
    { kind: "weigh", transport },
    "weighed",
    signal,
  );
  return clientCostSchema.parse(cost);
};

test("200 us of CPU time that each event costs a client are found, to a fifth", {
  tags: ["full"],
  timeout: 60_000,
}, async () => {
  const module = builtModule("harness/selftest/defective-transports").href;
  const [plain, dear] = [await weigh({ name: "tcp" }), await weigh({ name: "tcp:dear-client", module })];
  const least = (one: typeof plain) => Math.min(...one.usPerMessage);
  const found = least(dear) - least(plain);
  expect(found).toBeGreaterThan(0.8 * DEFECTS.dearUs);
  expect(found).toBeLessThan(1.2 * DEFECTS.dearUs);
  expect(dear.bytes).toBe(plain.bytes);
});

test.each(["websocket", "socketio", "sse", "long-polling", "long-polling:msgpack", "grpc", "mqtt"])(
  "%s: every message that is played comes",
  { tags: ["full"], timeout: 60_000 },
  async (name) => {
    const { bytes, messages, usPerMessage } = await weigh({ name });
    expect(bytes).toBeGreaterThan(128);
    expect(messages).toBeGreaterThan(READERS);
    for (const us of usPerMessage) expect(us).toBeGreaterThan(0);
  },
);
