import { z } from "zod";
import { LabError } from "../../core/errors.ts";
import type { HostReading } from "../measurement/host-noise.ts";

/*
 * What a controller and its agents say to one another. An agent that is free announces itself in a directory; a controller claims it by one request;
 * then each sends to a subject of the session. Beside the bus there is one TCP connection a session, see line.ts. Whoever is in the same NATS can
 * send any of it, so each end takes what these schemas say and nothing else.
 */

export const ANNOUNCE_EVERY_MS = 3_000;

/** Whoever was not heard of for so long is gone. */
export const GONE_MS = 5_000;

const MOST_CHARACTERS = 500;
const line = z.string().max(MOST_CHARACTERS);
const number = z.int().min(0).max(0xffff_ffff);
const microseconds = z.number().min(-1e15).max(1e15);

/** What names of agents are made of, so that they can stand in any line. */
const agentName = z.string().regex(/^[\w.-]{1,100}$/);

export const announcementSchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: agentName,
  version: z.string().max(100),
  /** See harness/processes/protocol.ts. */
  protocol: z.int(),
  node: z.string().max(100),
  cores: z.int().min(1).max(100_000),
  openFiles: z.int().min(0).nullable(),
  /** Who has the same runs on the same machine since the same start; empty where it can't be told. */
  boot: z.string().max(100),
  /** The address at which it serves, where it lends itself as a server and not as load. */
  serves: z.string().max(100).exactOptional(),
  /** What keeps its clock, in words. */
  clockSync: line,
  machine: z.strictObject({
    platform: z.string().max(100),
    kernel: z.string().max(200),
    arch: z.string().max(100),
    cpuModel: z.string().max(200),
    memoryBytes: z.int().min(0),
  }),
});
export type Announcement = z.infer<typeof announcementSchema>;

export const claimSchema = z.strictObject({
  version: z.string().max(100),
  protocol: z.int(),
  /** As `process.version`. */
  node: z.string().max(100),
  session: z.string().regex(/^[0-9a-f]{32}$/),
  /** Where the controller waits for the agent's TCP connection. */
  line: z.strictObject({ host: z.string().max(100), port: z.int().min(1).max(65_535) }),
});
export type Claim = z.infer<typeof claimSchema>;

export const claimReplySchema = z.union([
  z.strictObject({ accepted: z.literal(true) }),
  z.strictObject({ refused: line }),
]);
export type ClaimReply = z.infer<typeof claimReplySchema>;

export const subjects = {
  claim: (id: string) => `notif-lab.agent.${id}`,
  /** Asked for the time; see clock-bound.ts. */
  clock: (id: string) => `notif-lab.agent.${id}.clock`,
  toAgent: (session: string) => `notif-lab.session.${session}.ask`,
  toController: (session: string) => `notif-lab.session.${session}.answer`,
};

/** To an agent. `process` is a number that is never used again in a session. */
export const toAgentSchema = z.discriminatedUnion("kind", [
  /** Answered with `clock`. */
  z.strictObject({ kind: z.literal("compare clocks") }),
  z.strictObject({
    kind: z.literal("start"),
    process: number,
    role: z.enum(["load", "server"]),
    name: line,
  }),
  /** Answered with `answer`. What may be asked, requests.ts says. */
  z.strictObject({
    kind: z.literal("ask"),
    process: number,
    request: z.unknown(),
    timeoutMs: z.int().min(1).max(86_400_000),
    /** Of the plans that the request has. */
    planHashes: z.array(z.string().max(64)).max(1_000).exactOptional(),
  }),
  /** Answered with `stopped`. */
  z.strictObject({
    kind: z.literal("stop"),
    process: number,
    graceMs: z.int().min(0).max(60_000).exactOptional(),
  }),
  /** The session is over. */
  z.strictObject({ kind: z.literal("release") }),
]);
export type ToAgent = z.infer<typeof toAgentSchema>;

const clock = z.strictObject({
  offsetUs: microseconds,
  boundUs: z.number().min(0).max(1e15),
  /** By how much the controller's is faster, as a share; 0 where that can't be told. */
  rate: z.number().min(-1).max(1),
  /** By how much what processes went by since the last comparison is ahead of what this one finds. */
  heldUs: microseconds,
  /** By how much it was off at the most where a single exchange since then contradicts it; 0 where none does. */
  strayUs: z.number().min(0).max(1e15),
  /** Single exchanges since then. */
  probes: z.int().min(0),
});
export type ComparedClock = z.infer<typeof clock>;

const host: z.ZodType<HostReading> = z
  .strictObject({
    atMs: z.number(),
    pressureUs: z.number().min(0).optional(),
    stolenTicks: z.number().min(0).optional(),
    busyMs: z.number().min(0),
    totalMs: z.number().min(0),
  })
  .transform(({ pressureUs, stolenTicks, ...rest }) => ({ ...rest, pressureUs, stolenTicks }));

/** From an agent. */
export const fromAgentSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("clock"), clock }),
  /** What may be answered, replies.ts says. With samples comes what its machine did up to then. */
  z.strictObject({
    kind: z.literal("answer"),
    process: number,
    reply: z.unknown(),
    host: host.exactOptional(),
  }),
  z.strictObject({ kind: z.literal("died"), process: number, reason: line }),
  z.strictObject({ kind: z.literal("stopped"), process: number }),
  /** It ends the session, and its processes with it. */
  z.strictObject({ kind: z.literal("over"), reason: line }),
]);
export type FromAgent = z.infer<typeof fromAgentSchema>;

/** What the schema makes of a message. Throws `malformed` with one line, which says where it is wrong and repeats nothing of it at length. */
export function understood<T>(schema: z.ZodType<T>, message: unknown, what: string): T {
  const read = schema.safeParse(message);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const where = issue?.path.map(String).join(".").slice(0, 100);
  const why = issue?.message.slice(0, 200) ?? "it is something else";
  throw new LabError("malformed", `${what} is not understood${where ? ` at ${where}` : ""}: ${why}`);
}

/** For a message's own line: no more than it may have. */
export function asLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").slice(0, MOST_CHARACTERS);
}
