import { z } from "zod";
import { MOST_NODES } from "../../scenarios/cluster.ts";
import { DAY_MS, MOST_USERS, planSchema } from "../../scenarios/plan.ts";
import type { LoadRequest, ServerRequest } from "../processes/messages.ts";
import { MOST_NAMED } from "../result/schema/units.ts";

/*
 * What a controller may have an agent's processes do, as data. Whatever else comes over the network is refused before anything of it is used.
 */

/** Far more than any of them is. */
const LONGEST = { name: 200, url: 2_048, secret: 512, certificate: 65_536 };
const MOST_INTERVALS = 10_000;
const MOST_TURNS = 20_000;

const index = z.int().min(0).max(MOST_NAMED);
const ms = z.int().min(0).max(DAY_MS);
const moment = z.number().min(-1e15).max(1e15);
const seed = z.int().min(0).max(0xffff_ffff);
const name = z.string().min(1).max(LONGEST.name);

const heartbeat = z.strictObject({ intervalMs: ms, timeoutMs: ms });
const endpoint = z.strictObject({
  url: z.string().max(LONGEST.url),
  certificate: z.string().max(LONGEST.certificate).exactOptional(),
});

/** Neither a module nor another build can be named: one of the agent's own transports is told by what its files are. */
const transport = z.strictObject({ name, filesHash: z.string().max(64).exactOptional() });

const part = z.strictObject({
  role: z.enum(["clients", "probes", "sinks"]),
  share: z.int().min(0).max(1_000),
  of: z.int().min(1).max(1_000),
  drained: z.boolean(),
});

const assignment = z.strictObject({
  plan: planSchema,
  part,
  number: z.int().min(0).max(10_000),
  transport,
  endpoint,
  nodes: z.array(endpoint).max(MOST_NODES).optional(),
  relayedEndpoint: endpoint,
  secret: z.string().max(LONGEST.secret),
  widthMs: z.int().min(1).max(DAY_MS),
  intervals: z.int().min(1).max(MOST_INTERVALS),
  heartbeat: heartbeat.exactOptional(),
});

const excerpt = z.strictObject({
  seed,
  lengthMs: z.number().min(0).max(DAY_MS),
  sends: z.int().min(0).max(1e9).exactOptional(),
  speed: z.number().positive().max(1_000).exactOptional(),
  loop: z.enum(["open", "closed"]).exactOptional(),
  inFlight: z.int().min(1).max(1e6).exactOptional(),
});

const nodeOf = z.array(z.int().min(-1).max(10_000)).max(MOST_USERS);
const serverTurn = { measureUs: moment, takeUs: moment };
const sample = z.strictObject({ kind: z.literal("sample"), rest: z.boolean().exactOptional() });

export const loadRequestSchema: z.ZodType<LoadRequest> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("prepare"), assignments: z.array(assignment).min(1).max(MOST_NAMED) }),
  z.strictObject({
    kind: z.literal("connect"),
    upTo: z.number().min(0).max(1),
    scenario: index.exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("start"),
    phase: z.enum(["warmup", "measure"]),
    epochUs: moment,
    scenario: index.exactOptional(),
    excerpt: excerpt.exactOptional(),
    nodeOf: nodeOf.optional(),
  }),
  z.strictObject({ kind: z.literal("halt") }),
  sample,
  z.strictObject({ kind: z.literal("count"), scenario: index.exactOptional() }),
  z.strictObject({ kind: z.literal("take"), scenario: index }),
  z.strictObject({ kind: z.literal("window"), index: z.int().min(0).max(DAY_MS) }),
  z.strictObject({
    kind: z.literal("schedule"),
    turns: z
      .array(
        z.strictObject({
          ...serverTurn,
          scenario: index,
          seed,
          leadInUs: moment,
          leadInMs: ms,
          lengthMs: z.number().min(1).max(DAY_MS),
        }),
      )
      .max(MOST_TURNS),
    nodesOf: z.array(nodeOf).max(MOST_NAMED).optional(),
  }),
  z.strictObject({ kind: z.literal("collect") }),
  z.strictObject({ kind: z.literal("finish") }),
]);

/** What the serving agent decides itself can't be said: where it listens, and what it connects to. */
export const serverRequestSchema: z.ZodType<ServerRequest> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("serve"),
    transport,
    secret: z.string().max(LONGEST.secret),
    maxBodyCharacters: z.int().min(1).max(65_536),
    receiptWindow: z.int().min(1).max(1_000_000),
    replayWindow: z.int().min(0).max(1_000_000).optional(),
    maxBufferedBytes: z
      .int()
      .min(1_024)
      .max(2 ** 31)
      .optional(),
    heartbeat: heartbeat.optional(),
    tls: z
      .strictObject({ key: z.string().max(LONGEST.certificate), cert: z.string().max(LONGEST.certificate) })
      .optional(),
    traceEvery: z.int().min(0).max(1e9),
    ownNamespace: z.literal(false),
  }),
  z.strictObject({ kind: z.literal("settle") }),
  sample,
  z.strictObject({ kind: z.literal("restart"), forMs: ms }),
  z.strictObject({
    kind: z.literal("watch"),
    epochUs: moment,
    widthMs: z.int().min(1).max(DAY_MS),
    intervals: z.int().min(1).max(MOST_INTERVALS),
  }),
  z.strictObject({ kind: z.literal("watched") }),
  z.strictObject({ kind: z.literal("trace") }),
  z.strictObject({
    kind: z.literal("schedule"),
    turns: z.array(z.strictObject(serverTurn)).max(MOST_TURNS),
  }),
  z.strictObject({ kind: z.literal("collect") }),
  z.strictObject({ kind: z.literal("stop") }),
]);
