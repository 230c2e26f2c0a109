import { LabError } from "../../core/errors.ts";
import type { Plan } from "../../scenarios/plan.ts";
import { usersOf } from "../../scenarios/users.ts";
import type { Assignment, LoadRequest } from "../processes/messages.ts";
import { usersOfPart } from "../processes/roles.ts";
import type { Allowed } from "./allowed.ts";
import { hostOf } from "./allowed.ts";

/** What a plan may ask of one agent at the most. */
export interface AgentLimits {
  /** Of all its processes together. */
  readonly connections: number;
  /** From the beginning of a plan's warm-up to the end of its drain, and of a launch's slices. */
  readonly seconds: number;
  /** Publishes a second of a plan, of all agents together. */
  readonly rate: number;
  /** Characters of a notification. */
  readonly payload: number;
  readonly processes: number;
}

export const DEFAULT_LIMITS: AgentLimits = {
  connections: 20_000,
  seconds: 3_600,
  rate: 100_000,
  payload: 65_536,
  processes: 64,
};

/** Users of the plans of one request, which are listed one by one to be dealt out. */
const MOST_LISTED = 2_000_000;
/** Publishes that a closed loop has unanswered. */
const MOST_IN_FLIGHT = 10_000;

/** What a session has asked for so far. */
export interface Granted {
  /** Connections that the processes of the session stand for, by number. */
  readonly connections: Map<number, number>;
  /** What they were prepared for. */
  readonly assignments: Map<number, readonly Assignment[]>;
}

/** Throws `forbidden` with one line where the request goes beyond what this agent is for; else takes note of it. */
export function grant(
  granted: Granted,
  process: number,
  request: LoadRequest,
  { limits, allowed, controller }: { limits: AgentLimits; allowed: Allowed; controller: string },
): void {
  if (request.kind === "prepare") {
    const { assignments } = request;
    for (const one of assignments) {
      refusePlan(one.plan, limits);
      for (const { url } of [one.endpoint, one.relayedEndpoint, ...(one.nodes ?? [])])
        if (!allowed.server(hostOf(url), controller))
          refuse(
            `connects to its controller and to ${allowed.text} only, not to "${hostOf(url)}"; --allow lists more`,
          );
    }
    const listed = assignments.reduce((sum, { plan }) => sum + usersOf(plan).length, 0);
    if (listed > MOST_LISTED) refuse(`lists ${MOST_LISTED} users of plans, not ${listed}`);
    const own = assignments.reduce((sum, { plan, part }) => sum + usersOfPart(plan, part).length, 0);
    const others = [...granted.connections]
      .filter(([number]) => number !== process)
      .reduce((sum, [, count]) => sum + count, 0);
    within("connections", own + others, limits);
    granted.connections.set(process, own);
    granted.assignments.set(process, assignments);
  } else if (request.kind === "start") {
    const plan = granted.assignments.get(process)?.[request.scenario ?? 0]?.plan;
    const { excerpt } = request;
    if (!plan || !excerpt) return;
    within("seconds", excerpt.lengthMs / 1_000, limits);
    // In a closed loop the server's answers set the pace.
    if ((excerpt.loop ?? plan.loop) === "open") within("rate", rateOf(plan) * (excerpt.speed ?? 1), limits);
    else if ((excerpt.inFlight ?? 1) > MOST_IN_FLIGHT)
      refuse(`has ${MOST_IN_FLIGHT} publishes unanswered at the most, not ${excerpt.inFlight}`);
  } else if (request.kind === "schedule") {
    const first = request.turns[0]?.leadInUs ?? 0;
    const last = Math.max(...request.turns.map(({ takeUs }) => takeUs), first);
    within("seconds", (last - first) / 1_000_000, limits);
  }
}

function refusePlan(plan: Plan, limits: AgentLimits): void {
  const { warmupMs, settleMs, measureMs, drainTimeoutMs } = plan.phases;
  within("seconds", (warmupMs + settleMs + measureMs + drainTimeoutMs) / 1_000, limits);
  within("rate", rateOf(plan), limits);
  within("payload", Math.max(0, ...plan.traffic.map(({ payloadCharacters }) => payloadCharacters)), limits);
}

const rateOf = ({ traffic }: Plan) => traffic.reduce((sum, one) => sum + one.ratePerSecond, 0);

const WORDS: Record<keyof AgentLimits, string> = {
  connections: "connections",
  seconds: "seconds of a plan",
  rate: "publishes a second",
  payload: "characters of a notification",
  processes: "processes",
};

/** Throws `forbidden` where it is more than the limit. */
export function within(what: keyof AgentLimits, asked: number, limits: AgentLimits): void {
  if (asked > limits[what])
    refuse(`allows ${limits[what]} ${WORDS[what]}, not ${Math.round(asked)}; --limits ${what}=N raises it`);
}

function refuse(how: string): never {
  throw new LabError("forbidden", `this agent ${how}`);
}
