import type { Metrics, Results } from "../../harness/result/result.ts";
import { quantity } from "./format.ts";

const NAMES: Readonly<Record<string, string>> = {
  "link-cut": "link cut",
  "link-stall": "subscribers stopped reading",
  "link-reset": "connections reset",
  "server-restart": "server restarted",
  "server-pause": "server paused",
  "node-death": "node killed",
  "node-start": "node joined",
  "backplane-restart": "Redis killed",
  "backplane-pause": "Redis did not answer",
};

/** What became of one transport where the plan breaks things. */
export interface Story {
  readonly transport: string;
  /** The block it is of, from 1 on, where there are several. */
  readonly block: number | undefined;
  /** Of its trial in the results' list. */
  readonly place: number;
  readonly lines: readonly string[];
}

/** The stories of a scenario's transports, each of the first trial that has one; none of a scenario without faults. */
export function storiesOf({ transports, trials, blocks }: Results, scenario: string): Story[] {
  return transports.flatMap((transport) => {
    const own = trials.filter((one) => one.scenario === scenario && one.transport === transport);
    const trial = own.find((one) => one.state === "completed" && one.metrics?.faults);
    if (!trial?.metrics) return [];
    const block = blocks > 1 ? trial.block + 1 : undefined;
    return [{ transport, block, place: trials.indexOf(trial), lines: faultNotes(trial.metrics) }];
  });
}

/** A fault's kind in words: "link cut". */
export function faultName(kind: string): string {
  return NAMES[kind] ?? kind;
}

/** "websocket, block 2". */
export function storyTitle({ transport, block }: Story): string {
  return block === undefined ? transport : `${transport}, block ${block}`;
}

/** What faults did, in words and figures: one line a fault, one for what came of the deliveries, one for those who did not read. */
function faultNotes(metrics: Metrics): string[] {
  const { faults = [], resumption, cluster } = metrics;
  return [
    ...faults.map(faultNote),
    ...(cluster && cluster.nodes.length > 1 ? [nodesNote(cluster)] : []),
    ...(resumption ? [resumptionNote(resumption)] : []),
    ...(faults.some(({ kind }) => kind === "link-stall") ? [slowNote(metrics)] : []),
  ];
}

function faultNote(fault: NonNullable<Metrics["faults"]>[number]): string {
  const { kind, fromSeconds, seconds, lostConnections, restoredConnections } = fault;
  const { detectedAfterSeconds: seen, backAfterSeconds: back, healthyAfterSeconds: healthy } = fault;
  const length = seconds > 0 ? ` for ${quantity("seconds", seconds)}` : "";
  const noticed =
    lostConnections === 0
      ? "no client lost its connection"
      : `${lostConnections} clients lost their connection` +
        (seen
          ? `, noticed after ${quantity("seconds", seen.p50)} (median; ${quantity("seconds", seen.max)} at most)`
          : "");
  const returned =
    lostConnections === 0
      ? []
      : [`${restoredConnections} came back${back ? ` ${backAgain(back, seconds)}` : ""}`];
  const well =
    healthy === undefined
      ? "the p99 did not recover"
      : `p99 healthy again within ${quantity("seconds", healthy + 1)}`;
  const recovery = kind === "link-stall" || lostConnections === 0 ? [] : [well];
  return `${faultName(kind)} at ${quantity("seconds", fromSeconds)}${length}: ${[noticed, ...returned, ...recovery].join("; ")}`;
}

/** After the end of what was broken; from its beginning where clients had not to wait for that, since others serve on. */
function backAgain({ p50, max }: { readonly p50: number; readonly max: number }, seconds: number): string {
  const [median, most, since] = max < 0 ? [p50 + seconds, max + seconds, "beginning"] : [p50, max, "end"];
  return `${quantity("seconds", median)} after its ${since} (median; ${quantity("seconds", most)} at most)`;
}

function nodesNote({ nodes }: NonNullable<Metrics["cluster"]>): string {
  const before = nodes.map(({ clientsBefore }) => clientsBefore);
  const after = nodes.map(({ clientsAfter }) => clientsAfter);
  return `clients of each node before: ${before.join(", ")}; at the end: ${after.join(", ")}`;
}

function resumptionNote(resumption: NonNullable<Metrics["resumption"]>): string {
  const { due, delivered, replayed, declaredLost, undeclaredLost } = resumption;
  return (
    `accepted for ${resumption.subscribers} subscribers ${due} = delivered ${delivered} (of these replayed ${replayed}) ` +
    `+ declared lost ${declaredLost} + lost without notice ${undeclaredLost}`
  );
}

function slowNote({
  slowDisconnects = 0,
  dropped = 0,
  mostHeldBytes = 0,
  heldBoundBytes = 0,
  serverRssPeakGrowthBytes,
  deliveryLatencyUs,
}: Metrics): string {
  const done = [
    slowDisconnects > 0 && `cut off ${slowDisconnects} who did not read`,
    dropped > 0 && `dropped ${dropped} of their events`,
  ].filter((part) => part !== false);
  const memory =
    serverRssPeakGrowthBytes === undefined
      ? ""
      : `; its memory grew by ${quantity("bytes", serverRssPeakGrowthBytes)} at most`;
  const held =
    mostHeldBytes === 0
      ? ""
      : `; it held at most ${quantity("bytes", mostHeldBytes)} for one of them, its bound is ${quantity("bytes", heldBoundBytes)}`;
  const others = deliveryLatencyUs
    ? `; the others' p99 was ${quantity("micros", deliveryLatencyUs.p99)}`
    : "";
  return `the server ${done.length > 0 ? done.join(" and ") : "neither cut off nor dropped anything: the kernel held it all"}${held}${memory}${others}`;
}
