import type { Plan } from "../../scenarios/plan.ts";
import { usersOf } from "../../scenarios/users.ts";
import type { LoadReport, ServerSample } from "../processes/messages.ts";
import type { Metrics } from "../result/result.ts";
import type { Observation } from "./observation.ts";

type Faults = NonNullable<Metrics["faults"]>;
type Resumption = NonNullable<Metrics["resumption"]>;

/** What each fault of the plan did to the connections; undefined where the plan has none. */
export function faultsOf({ faults, loads, measureStartUs, timeline }: FaultView): Faults | undefined {
  if (faults.length === 0) return undefined;
  const outages = loads.flatMap(({ report }) => report.outages);
  return faults.map(({ fault, beganUs, endedUs }, index) => {
    const nextUs = faults[index + 1]?.beganUs ?? Number.POSITIVE_INFINITY;
    const mine = outages.filter(({ lostUs }) => lostUs >= beganUs && lostUs < nextUs);
    const back = mine.flatMap(({ backUs }) => (backUs === undefined ? [] : [(backUs - endedUs) / 1_000_000]));
    const healthy = healthyAfter(
      timeline,
      (beganUs - measureStartUs) / 1e6,
      (endedUs - measureStartUs) / 1e6,
    );
    return {
      kind: fault.kind,
      fromSeconds: round((beganUs - measureStartUs) / 1_000_000),
      seconds: round((endedUs - beganUs) / 1_000_000),
      lostConnections: mine.length,
      restoredConnections: back.length,
      ...ifAny(
        "detectedAfterSeconds",
        mine.map((one) => (one.lostUs - beganUs) / 1_000_000),
      ),
      ...ifAny("backAfterSeconds", back),
      ...(healthy === undefined ? {} : { healthyAfterSeconds: healthy }),
    };
  });
}

/** What recovery is read from, of an observation. */
interface RecoveryView extends Pick<Observation, "plan" | "faults" | "measureStartUs"> {
  readonly server: Record<"before" | "after", Pick<ServerSample, "published">>;
  readonly loads: readonly { readonly report: Pick<LoadReport, "outages" | "subscribers"> }[];
  readonly cluster?: { readonly backplane?: { readonly events?: number | undefined } };
}

type FaultView = Pick<RecoveryView, "faults" | "loads" | "measureStartUs"> & {
  readonly timeline: Metrics["timeline"];
};

/** A p99 that is no more than so many times the worst before the fault is healthy again. */
const HEALTHY = 2;

/**
 * Seconds from the fault's end to the end of the first interval of the time line that is healthy and after which none is not; as fine as
 * the intervals are. Undefined when it never was, or when there was nothing to compare with.
 */
function healthyAfter(timeline: Metrics["timeline"], began: number, ended: number): number | undefined {
  const p99 = (one: Metrics["timeline"][number]) => one.deliveryP99Us;
  const before = timeline
    .filter((one) => one.fromSeconds + one.seconds <= began)
    .flatMap((one) => p99(one) ?? []);
  if (before.length === 0) return undefined;
  const limit = HEALTHY * Math.max(...before);
  const after = timeline.filter((one) => one.fromSeconds >= began && one.publishes > 0);
  const lastBad = after.findLastIndex((one) => (p99(one) ?? Number.POSITIVE_INFINITY) > limit);
  const good = after[lastBad + 1];
  if (!good) return undefined;
  return round(Math.max(0, (lastBad < 0 ? ended : good.fromSeconds) - ended));
}

/**
 * What became of everything the server accepted, by subscriber, for plans with faults and one topic that all traffic goes to.
 * Accepted = delivered + declared + undeclared, exactly.
 */
export function resumptionOf({
  plan,
  server,
  loads,
  cluster,
}: Pick<RecoveryView, "plan" | "server" | "loads" | "cluster">): Resumption | undefined {
  if (!plan.faults?.length || !toOneTopic(plan)) return undefined;
  // A node that was killed can't say what it accepted; the backplane that was killed can't either, and nodes then can.
  const isNodeLost = plan.faults.some(({ kind }) => kind === "node-death");
  const isAllNotifications = plan.groups.every(({ marksRead }) => !marksRead);
  const accounts = loads.flatMap(({ report }) => report.subscribers);
  const told = server.after.published - server.before.published;
  const counted = (isNodeLost && isAllNotifications ? cluster?.backplane?.events : undefined) ?? told;
  // Nobody counts what a node accepted in the moment before it died, nor a publish that was refused with "it may have been delivered" and then
  // was: that shows only in what came of it.
  const accepted = Math.max(counted, ...accounts.map(({ delivered }) => delivered));
  const missing = (informed: boolean) =>
    accounts.reduce((sum, one) => sum + (one.informed === informed ? accepted - one.delivered : 0), 0);
  return {
    accepted,
    subscribers: accounts.length,
    due: accepted * accounts.length,
    delivered: accounts.reduce((sum, one) => sum + one.delivered, 0),
    replayed: accounts.reduce((sum, one) => sum + one.replayed, 0),
    declaredLost: missing(true),
    undeclaredLost: missing(false),
    told: accounts.filter((one) => one.informed).length,
  };
}

function toOneTopic(plan: Plan): boolean {
  const topics = new Set(plan.traffic.map(({ to }) => ("topic" in to ? to.topic : undefined)));
  const [topic] = topics;
  if (topics.size !== 1 || topic === undefined) return false;
  return usersOf(plan).every(({ channels }) => channels.every((channel) => channel === topic));
}

function ifAny<K extends string>(name: K, seconds: readonly number[]): { [N in K]?: Spread } {
  if (seconds.length === 0) return {};
  const sorted = [...seconds].sort((a, b) => a - b);
  const spread = {
    p50: round(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0),
    max: round(sorted.at(-1) ?? 0),
  };
  return { [name]: spread } as { [N in K]?: Spread };
}

interface Spread {
  readonly p50: number;
  readonly max: number;
}

function round(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}
