import { cpus } from "node:os";
import type { Metrics } from "../result/result.ts";
import { notesOfAgents } from "./agent-notes.ts";
import { FEW_PROCESSORS } from "./busy.ts";
import { dearSeconds } from "./dear-seconds.ts";
import { fullness, isFull } from "./shared-link.ts";
import { timeText } from "./time-text.ts";

/** What the validity of a trial depends on beside the figures. */
export interface Circumstances {
  readonly loop: "open" | "closed";
  /** Whether a late generator or a busy machine voids the trial, or is only noted because nothing is ranked by it. */
  readonly gates: "void" | "note";
  /** A Redis or a balancer took part that is not the lab's, so that what it used counts as other programs'. */
  readonly ownEngines?: boolean;
  /** The server is not the lab's: nothing of it was seen but what came to the clients. */
  readonly external?: boolean;
  /** The figures are those of slices, in which all processes of the transport run at once and no others. */
  readonly sliced?: boolean;
  /** See TransportEntry.native. */
  readonly native?: boolean;
  /** Events wait so long for their subscribers to ask. */
  readonly pollEveryMs?: number | undefined;
  /** What the link adds to a delivery, up and down. */
  readonly wayMs?: number | undefined;
}

/** Of the time between the first and the last delivery of a publish. */
const BUSY_IN_BURSTS = 0.9;
/** Of the delivery latency. */
const MOSTLY_CLIENTS = 0.5;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What a reader should know before believing the figures of a trial, whatever its state; one line each. */
export function notesOf(metrics: Metrics, { loop, ownEngines, external, native }: Circumstances): string[] {
  const {
    lost,
    expected,
    slowDisconnects = 0,
    dropped = 0,
    warmup,
    reconnects,
    duplicated,
    reordered,
  } = metrics;
  const failures = Object.entries(metrics.publishFailures).map(([code, count]) => `${count} ${code}`);
  const receiptsLost = metrics.receiptsExpected - metrics.receiptsReceived;
  const hasFaults = (metrics.faults ?? []).length > 0;
  return [
    loop === "closed" &&
      "closed loop: each publish waited for the answer to the one before, so stalls are hidden",
    external &&
      `CPU and memory of the server are not measured: not a process of the lab; its bytes were ${
        metrics.tcpBytesPerDelivery === undefined ? "not counted either" : "counted on the clients' sockets"
      }`,
    native &&
      `the server's connections are not those of Node.js: their bytes were ${
        metrics.tcpBytesPerDelivery === undefined ? "not counted" : "counted on the clients' sockets"
      }, and only resident memory shows what they hold`,
    ownEngines &&
      "a Redis or a load balancer that the lab did not start took part: its figures include its other work, and what it used can't be told from other programs",
    ...notesOfAgents(metrics),
    generatorInTail(metrics),
    saturatedInBursts(metrics),
    (metrics.drained?.unlike ?? 0) > 0 &&
      `${metrics.drained?.unlike} subscribers without a client got other bytes than those with one`,
    warmup.steadiness === "unsteady" && unsteady(warmup),
    warmup.steadiness === "not judged" &&
      warmup.seconds > 0 &&
      "the warm-up was too short to see whether the server was warm",
    !hasFaults && dearSeconds(metrics),
    failures.length > 0 && `publishes that failed: ${failures.join(", ")}`,
    !metrics.resumption && lost > 0 && `${lost} of ${expected} deliveries were lost`,
    duplicated > 0 && `${duplicated} deliveries came more than once`,
    reordered > 0 && `${reordered} deliveries came out of order`,
    !hasFaults &&
      slowDisconnects > 0 &&
      `${slowDisconnects} subscribers were cut off because they did not read fast enough`,
    !hasFaults &&
      dropped > 0 &&
      `the server dropped ${dropped} events for subscribers that did not read fast enough`,
    !hasFaults && reconnects > 0 && `${reconnects} connections were lost and restored`,
    fullLink(metrics),
    receiptsLost > 0 && `${receiptsLost} of ${metrics.receiptsExpected} read receipts did not come back`,
  ].filter((note) => note !== false && note !== undefined);
}

/** A median can be the transport's own while the tail is the generator's; the service latency tells how much of it. */
function generatorInTail({ deliveryLatencyUs, serviceLatencyUs }: Metrics): string | undefined {
  if (!deliveryLatencyUs || !serviceLatencyUs) return undefined;
  const ownUs = deliveryLatencyUs.p99 - serviceLatencyUs.p99;
  if (ownUs <= Math.max(200, deliveryLatencyUs.p99 / 10)) return undefined;
  return (
    `the generator's own lag is ${percent(ownUs / deliveryLatencyUs.p99)} of the p99 delivery latency ` +
    `(${timeText(ownUs)} of ${timeText(deliveryLatencyUs.p99)})`
  );
}

/** Busy for a little of the time, and too busy when it matters: what comes last in a burst then waits for the process. */
function saturatedInBursts({ split, processes }: Metrics): string | undefined {
  const busiest = Math.max(0, ...processes.map(({ burstUtilization = 0 }) => burstUtilization));
  if (!split || busiest < BUSY_IN_BURSTS || split.clientShare <= MOSTLY_CLIENTS) return undefined;
  const remedy =
    cpus().length > FEW_PROCESSORS
      ? "raise --load-processes, or lower --connections"
      : "lower --connections: on this machine more load processes would share a CPU";
  return (
    "client-bound: a load process is busy nearly all the time while the deliveries of one publish come in, and more than half of the " +
    `delivery latency is the clients'; ${remedy}`
  );
}

function unsteady({ publishes, latencyDrift, cpuDrift }: Metrics["warmup"]): string {
  return publishes === undefined
    ? `unsteady: over the last 5 s of warm-up the median latency moved by ${signed(latencyDrift)} and the CPU per delivery by ${signed(cpuDrift)}; raise --warmup`
    : `cold: after ${publishes} publishes of warm-up the CPU per delivery still moved by ${signed(cpuDrift)} from one part of it to the next`;
}

/** What is measured then is, in part, the queue before the link. */
function fullLink({ sharedLink }: Metrics): string | undefined {
  return sharedLink && isFull(sharedLink) ? `the shared link was ${fullness(sharedLink)}` : undefined;
}

function signed(share: number | undefined): string {
  return `${(share ?? 0) < 0 ? "-" : "+"}${percent(Math.abs(share ?? 0))}`;
}
