import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";
import { agentWayTexts, isOfLoopback, isOfOneMachine, serverPlace } from "./agent-site.ts";
import { setupOf } from "./scale.ts";
import { counted, listed } from "./text.ts";

const MEGABIT = 1_000_000 / 8;

/** In what a run differs from the usual one, whose servers and clients are the lab's own, on loopback and without TLS; undefined where in nothing. */
export function circumstancesText(results: Results): string | undefined {
  const { agents, link, cluster, loop, arrivals, transports } = results;
  const [secured, outside, place] = [overTlsIn(results), outsideIn(results), serverPlace(results)];
  const parts = [
    link && `a link between clients and server (${linkText(link)})`,
    cluster && `the service on ${setupOf(cluster)}`,
    secured.length > 0 &&
      `${secured.length > 1 && secured.length === transports.length ? "all" : listed(secured)} over TLS`,
    outside.length > 0 && `${listed(outside)} measured at the clients alone (no process of the lab)`,
    agents !== undefined &&
      `load from ${counted(agents, "agent")}${isOfOneMachine(results) ? " on the server's machine" : ""}`,
    place !== undefined && `the server on ${place}`,
    loop === "closed" && "a closed loop, in which each publish waits for the answer to the one before",
    arrivals !== null && `publishes ${arrivalsText(arrivals)}`,
  ].filter((part) => typeof part === "string");
  return parts.length === 0 ? undefined : `Conditions: ${parts.join("; ")}.`;
}

/** What of the way between client and server is in every latency, and what is not; one sentence each. */
export function wayTexts(results: Results): string[] {
  const { link, agents } = results;
  const [ofLab, outside] = [labsOwnIn(results).length > 0, outsideIn(results)];
  const isLoopback = isOnLoopback(results);
  return [
    ...(isLoopback
      ? ["All of it was on loopback: your network's round trips come on top of every latency."]
      : []),
    ...(outside.length > 0
      ? [
          `The clients' way to ${listed(outside)} is part of every latency of ${outside.length > 1 ? "these" : "it"}.`,
        ]
      : []),
    ...(ofLab && link
      ? ["The link is part of every latency; only what your network has beyond it comes on top."]
      : []),
    ...(ofLab && hasForeignEngines(results) ? ["The way to your own engines is part of every latency."] : []),
    ...(ofLab && agents !== undefined && !isLoopback ? agentWayTexts(results) : []),
  ];
}

/** Whether all that a run measured was on this machine's loopback, with nothing between clients and server. */
export function isOnLoopback(results: Results): boolean {
  const { link, agents } = results;
  const isOwn = labsOwnIn(results).length > 0 && outsideIn(results).length === 0;
  return isOwn && !link && !hasForeignEngines(results) && (agents === undefined || isOfLoopback(results));
}

/** Whether some engine beside the nodes is not the lab's, and may be on another machine. */
function hasForeignEngines({ cluster }: Results): boolean {
  return (cluster?.redisAt ?? cluster?.own) !== undefined;
}

/** Those of a run's transports that were over TLS. */
export function overTlsIn({ transports }: Pick<Results, "transports">): string[] {
  return transports.filter((name) => transportBehind(name).endsWith(":tls"));
}

/** The transports of a run whose servers are no process of the lab: of those only what came to their clients is known. */
export function outsideIn({ transports, trials }: Results): string[] {
  return transports.filter((name) =>
    trials.some(
      ({ transport, metrics }) => transport === name && metrics && metrics.serverRssBytes === undefined,
    ),
  );
}

/** The transports of a run that processes of the lab are known to have served; one on which nothing was measured may be somebody else's. */
export function labsOwnIn({ transports, trials }: Results): string[] {
  return transports.filter((name) =>
    trials.some(({ transport, metrics }) => transport === name && metrics?.serverRssBytes !== undefined),
  );
}

function linkText(link: NonNullable<Results["link"]>): string {
  const { delayMs, jitterMs, bytesPerSecond, lossShare, retransmitMs, dropShare, sharedBytesPerSecond } =
    link;
  const parts = [
    `${(2 * delayMs).toLocaleString("en-US")} ms of round trip`,
    jitterMs > 0 && `+- ${jitterMs.toLocaleString("en-US")} ms each way`,
    bytesPerSecond !== undefined && `${megabits(bytesPerSecond)} for each connection and direction`,
    sharedBytesPerSecond !== undefined && `${megabits(sharedBytesPerSecond)} for all connections together`,
    lossShare > 0 && `${percent(lossShare)} of chunks ${retransmitMs} ms late, as if retransmitted`,
    dropShare !== undefined && dropShare > 0 && `${percent(dropShare)} of segments lost each way`,
  ];
  return parts.filter((part) => typeof part === "string").join(", ");
}

function megabits(bytesPerSecond: number): string {
  return `${(bytesPerSecond / MEGABIT).toLocaleString("en-US", { maximumSignificantDigits: 3 })} Mbit/s`;
}

function percent(share: number): string {
  return `${(100 * share).toLocaleString("en-US", { maximumSignificantDigits: 3 })} %`;
}

function arrivalsText(arrivals: NonNullable<Results["arrivals"]>): string {
  if (arrivals === "poisson") return "at random moments";
  return arrivals === "constant" ? "at even intervals" : `${arrivals.burstOf} at a time`;
}
