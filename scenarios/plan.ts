import { z } from "zod";
import { clusterSchema, hasOwnEngines, MOST_NODES } from "./cluster.ts";
import { linkSchema } from "./link.ts";

/** Shortest body that can carry the measurement header; see harness/measurement/body.ts. */
export const MIN_PAYLOAD_CHARACTERS = 21;

/** Beyond what one machine can make; what sizes a loop or a list ends somewhere. */
export const MOST_USERS = 40_000;
const MOST_LISTED = 1_000;
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const momentMs = z.int().min(0).max(DAY_MS);
const lengthMs = z.int().min(1).max(DAY_MS);

const group = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
  users: z.int().min(1).max(MOST_USERS),
  /** Channels each user follows: `own` is the user's own channel, anything else a topic by its full name. */
  follows: z
    .array(z.union([z.literal("own"), z.string().regex(/^topic\/[A-Za-z0-9_.-]{1,128}$/)]))
    .max(MOST_LISTED),
  /** Whether its users mark as read what they get, so that receipts travel back. */
  marksRead: z.boolean(),
  /** `direct`: past the relay, where the plan has one, so that no link or fault of it is felt. Default relay. */
  via: z.enum(["relay", "direct"]).optional(),
  /** Its users are those who misbehave: what they get counts neither as delivered nor as expected, nor in any latency. */
  apart: z.boolean().optional(),
});

const nodeNumber = z
  .int()
  .min(0)
  .max(MOST_NODES - 1);

/** What befalls a trial, and when: milliseconds after the measured time began. Link faults are the relay's; see harness/relay/. */
const fault = z.discriminatedUnion("kind", [
  /** Nothing passes either way for so long; then the held bytes do (`kept`, as after a short outage), or the connections are reset. */
  z.strictObject({
    kind: z.literal("link-cut"),
    atMs: momentMs,
    forMs: lengthMs,
    connections: z.enum(["kept", "reset"]),
  }),
  /** Nobody reads what the server sends over the relay for so long. */
  z.strictObject({ kind: z.literal("link-stall"), atMs: momentMs, forMs: lengthMs }),
  /** All connections over the relay are reset at once. */
  z.strictObject({ kind: z.literal("link-reset"), atMs: momentMs }),
  /** The server closes all, forgets all, and serves again at the same place after so long. Of a cluster the node of that number, default 0. */
  z.strictObject({
    kind: z.literal("server-restart"),
    atMs: momentMs,
    forMs: lengthMs,
    node: nodeNumber.optional(),
  }),
  /** The server process stands still for so long (SIGSTOP, SIGCONT). */
  z.strictObject({ kind: z.literal("server-pause"), atMs: momentMs, forMs: lengthMs }),
  /** A node's process is killed (SIGKILL), and a new one serves at the same place after so long. Node 0 can't be. */
  z.strictObject({ kind: z.literal("node-death"), atMs: momentMs, forMs: lengthMs, node: nodeNumber.min(1) }),
  /** A node that the balancer knows and that did not run begins to serve. */
  z.strictObject({ kind: z.literal("node-start"), atMs: momentMs, node: nodeNumber.min(1) }),
  /** The backplane's process is killed (SIGKILL), and an empty one runs at the same place after so long. */
  z.strictObject({ kind: z.literal("backplane-restart"), atMs: momentMs, forMs: lengthMs }),
  /** The backplane's process stands still for so long (SIGSTOP, SIGCONT): connections stand, and nothing comes. */
  z.strictObject({ kind: z.literal("backplane-pause"), atMs: momentMs, forMs: lengthMs }),
]);

/** When sends are due: at random moments, evenly spaced, or so many at once with even gaps between the bursts. */
export const arrivalsSchema = z.union([
  z.enum(["poisson", "constant"]),
  z.strictObject({ burstOf: z.int().min(2).max(10_000) }),
]);

const traffic = z.strictObject({
  /** The group whose users publish; each publish is by one of them, drawn uniformly. */
  from: z.string(),
  to: z.union([
    z.strictObject({ topic: z.string().regex(/^topic\/[A-Za-z0-9_.-]{1,128}$/) }),
    /** The own channel of another user of the group, drawn uniformly. */
    z.strictObject({ randomUserOf: z.string() }),
  ]),
  arrivals: arrivalsSchema,
  /** Publishes a second, all users of the group together. */
  ratePerSecond: z.number().positive().max(1e7),
  payloadCharacters: z.int().min(MIN_PAYLOAD_CHARACTERS).max(65_536),
});

const phases = z.strictObject({
  /** Connections opened a second while ramping up. */
  connectsPerSecond: z.number().min(0.1).max(1e6),
  /** The longest warm-up; it ends sooner when the figures have settled. */
  warmupMs: z.int().min(0).max(HOUR_MS),
  /** Silence between warm-up and measurement, so that nothing of the one is counted in the other. */
  settleMs: z.int().min(0).max(HOUR_MS),
  measureMs: z.int().min(100).max(DAY_MS),
  /** How long missing deliveries are waited for. */
  drainTimeoutMs: z.int().min(0).max(HOUR_MS),
  /** Connections under way at once in each load process, default 32; given, all users connect in one step. */
  connectsAtOnce: z.int().min(1).max(MOST_USERS).optional(),
});

function needsOneEntry({
  link,
  faults = [],
}: {
  link?: unknown;
  faults?: readonly { kind: string }[] | undefined;
}): boolean {
  return link !== undefined || faults.some(({ kind }) => kind.startsWith("link-"));
}

/** What happens in a trial, whole and as plain data: the same for every transport, and hashed into the result. */
export const planSchema = z
  .strictObject({
    version: z.literal(1),
    scenario: z.string(),
    seed: z.int().min(0).max(0xffff_ffff),
    /**
     * `open`: everything is sent when it is due, and latency counts from then. `closed`: each load process waits for the answer
     * to one publish before it makes the next, and latency counts from the actual send, which hides what a stall costs.
     */
    loop: z.enum(["open", "closed"]),
    groups: z.array(group).min(1).max(MOST_LISTED),
    /** None: the connections are what is measured. */
    traffic: z.array(traffic).max(MOST_LISTED),
    phases,
    /** What all connections but the direct ones go through; absent: straight to the server. */
    link: linkSchema.optional(),
    faults: z.array(fault).max(MOST_LISTED).optional(),
    /** Absent: one server process, which shares nothing. */
    cluster: clusterSchema.optional(),
    /** Notifications of a channel that the server keeps for those who come back; default 0, all is transient. */
    replayWindow: z.int().min(0).max(1_000_000).optional(),
    /** Unread bytes that the server holds for one subscriber before its slow-consumer policy applies; default 1 MiB. */
    maxBufferedBytes: z
      .int()
      .min(1_024)
      .max(2 ** 31)
      .optional(),
  })
  .superRefine((plan, context) => {
    const object = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    for (const [index, one] of (plan.faults ?? []).entries()) {
      if (one.atMs + ("forMs" in one ? one.forMs : 0) > plan.phases.measureMs)
        object(
          ["faults", index],
          `the fault ${one.kind} at ${one.atMs} ms is not over when the measured time is`,
        );
    }
    for (const [index, one] of (plan.faults ?? []).entries()) {
      const nodes = plan.cluster?.nodes ?? 1;
      if ("node" in one && one.node !== undefined && one.node >= nodes)
        object(
          ["faults", index, "node"],
          `there is no node ${one.node} of ${nodes}; --nodes sets how many there are`,
        );
      if (one.kind.startsWith("backplane-") && (plan.cluster?.backplane ?? "none") === "none")
        object(["faults", index], `there is no backplane for ${one.kind} to befall`);
      if (one.kind.startsWith("backplane-") && plan.cluster?.redisAt !== undefined)
        object(
          ["faults", index],
          "it stops Redis, which the lab does only to one that it starts itself (--backplane redis)",
        );
    }
    if (
      plan.cluster &&
      hasOwnEngines(plan.cluster) &&
      (plan.link?.dropShare || plan.link?.sharedBytesPerSecond)
    )
      object(
        ["link"],
        "drop and shared are the kernel's, in a network of the trial's own, which a Redis or balancer of yours is not in",
      );
    if (needsOneEntry(plan) && plan.cluster && plan.cluster.nodes > 1 && plan.cluster.balancer === "none")
      object(
        ["cluster", "balancer"],
        "a link or its faults lead to one place: several nodes need a balancer",
      );
    const users = plan.groups.reduce((sum, one) => sum + one.users, 0);
    if (users > MOST_USERS) object(["groups"], `${users} users are more than ${MOST_USERS}`);
    const names = plan.groups.map((one) => one.name);
    const twice = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twice >= 0) object(["groups", twice, "name"], "two groups have the same name");
    for (const [index, { from, to }] of plan.traffic.entries()) {
      if (!names.includes(from)) object(["traffic", index, "from"], `there is no group ${from}`);
      if (!("randomUserOf" in to)) continue;
      const place = ["traffic", index, "to", "randomUserOf"];
      const partners = plan.groups.find((one) => one.name === to.randomUserOf);
      if (!partners) object(place, `there is no group ${to.randomUserOf}`);
      else if (partners.users < 2) object(place, `group ${partners.name} needs two users to form a pair`);
    }
  });

export type Plan = z.infer<typeof planSchema>;
export type Fault = z.infer<typeof fault>;
export type Arrivals = z.infer<typeof arrivalsSchema>;
