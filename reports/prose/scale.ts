import type { Metrics, Results } from "../../harness/result/result.ts";
import { longestOutage } from "../metrics/outage.ts";
import { summarize } from "../model/summary.ts";
import { quantity } from "./format.ts";
import { counted, listed } from "./text.ts";

/** One scenario that ran on several nodes or beside engines, in sentences. */
export interface ScaleStory {
  readonly scenario: string;
  /** "3 nodes, redis, haproxy". */
  readonly setup: string;
  readonly sentences: readonly string[];
}

interface Account {
  readonly transport: string;
  readonly trials: number;
  readonly due: number;
  readonly told: number;
  readonly silent: number;
  readonly repeated: number;
  readonly refused: number;
  /** In seconds; undefined where some client never came back. */
  readonly deaf: number | undefined;
  readonly faults: number;
}

/** What happened to each scenario that ran on nodes; empty where none did. */
export function scaleStories(results: Results): ScaleStory[] {
  // Those that figures are made of: neither invalid trials nor those that were run again.
  const standing = new Set(summarize(results).flatMap(({ cells }) => cells.flatMap(({ places }) => places)));
  return results.scenarios.flatMap(({ name }) => {
    const trials = results.trials.filter(
      (one, place) => standing.has(place) && one.scenario === name && one.metrics?.cluster,
    );
    const cluster = trials.flatMap((one) => results.plans[one.planHash]?.cluster ?? [])[0];
    if (!cluster) return [];
    const setup = setupOf(cluster);
    const accounts = results.transports.flatMap((transport) => {
      const own = trials.flatMap((one) => (one.transport === transport && one.metrics ? [one.metrics] : []));
      return own.length === 0 ? [] : [accountOf(transport, own)];
    });
    return [{ scenario: name, setup, sentences: sentencesOf(accounts) }];
  });
}

type Cluster = NonNullable<Results["plans"][string]["cluster"]>;

/** Its nodes and engines: "3 nodes, redis, haproxy". */
export function setupOf({ nodes, backplane, redisAt, balancer, own, sticky }: Cluster): string {
  const before = own ? `your load balancer at ${own.address}` : balancer;
  return [
    counted(nodes, "node"),
    ...(backplane === "none" ? [] : [redisAt ? `your Redis at ${redisAt}` : backplane]),
    ...(balancer === "none" ? [] : [`${before}${sticky === false ? " without stickiness" : ""}`]),
  ].join(", ");
}

/** What the machine leaves open. */
export function scaleCaveat({ environment, plans }: Results): string {
  const isForeign = Object.values(plans).some(({ cluster }) => cluster?.redisAt ?? cluster?.own);
  const foreign = isForeign
    ? " Figures of a Redis that the lab did not start include whatever else it did; such a load balancer has no figures."
    : "";
  return (
    `Nodes, backplane, load balancer and clients shared ${counted(environment.cpus, "CPU")}: the figures tell what each of them costs and ` +
    `what is lost, not how much a cluster of machines would carry.${foreign}`
  );
}

function accountOf(transport: string, own: readonly Metrics[]): Account {
  const sum = (of: (metrics: Metrics) => number) => own.reduce((total, one) => total + of(one), 0);
  const outages = own.map(longestOutage);
  return {
    transport,
    trials: own.length,
    due: sum((one) => one.resumption?.due ?? one.expected),
    told: sum((one) => one.resumption?.declaredLost ?? 0),
    silent: sum((one) => one.resumption?.undeclaredLost ?? one.lost),
    repeated: sum((one) => one.duplicated),
    refused: sum((one) => Object.values(one.publishFailures).reduce((total, count) => total + count, 0)),
    deaf: outages.some((one) => one === undefined) ? undefined : Math.max(...outages.map((one) => one ?? 0)),
    faults: sum((one) => one.faults?.length ?? 0),
  };
}

function sentencesOf(accounts: readonly Account[]): string[] {
  const whole = accounts.filter(({ told, silent, repeated }) => told + silent + repeated === 0);
  const trials = accounts.reduce((sum, one) => sum + one.trials, 0);
  const refusals = accounts.flatMap(({ transport, refused }) =>
    refused > 0 ? [`${grouped(refused)} on ${transport}`] : [],
  );
  const hasFaults = accounts.some(({ faults }) => faults > 0);
  return [
    ...(whole.length > 0
      ? [
          `${counted(whole.length, "transport")} lost and repeated nothing in ${counted(
            whole.reduce((sum, one) => sum + one.trials, 0),
            "trial",
          )}: ${listed(whole.map(({ transport }) => transport))}.`,
        ]
      : []),
    ...accounts.filter((one) => !whole.includes(one)).map(lossOf),
    ...(hasFaults ? deafness(accounts) : []),
    ...(refusals.length > 0
      ? [`Publishes that were refused or not answered, in ${counted(trials, "trial")}: ${listed(refusals)}.`]
      : []),
  ];
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

function lossOf({ transport, due, told, silent, repeated }: Account): string {
  const parts = [
    ...(told > 0 ? [`${grouped(told)} were lost with notice`] : []),
    ...(silent > 0 ? [`${grouped(silent)} were lost without notice`] : []),
    ...(repeated > 0 ? [`${grouped(repeated)} came twice`] : []),
  ];
  return `${transport}: of ${grouped(due)} deliveries ${listed(parts)}.`;
}

function deafness(accounts: readonly Account[]): string[] {
  const back = accounts.flatMap(({ transport, deaf }) =>
    deaf === undefined ? [] : [`${quantity("seconds", deaf)} on ${transport}`],
  );
  const gone = accounts.filter(({ deaf }) => deaf === undefined).map(({ transport }) => transport);
  return [
    ...(back.length > 0
      ? [`From the fault until the last client was back, at the longest: ${listed(back)}.`]
      : []),
    ...(gone.length > 0 ? [`Some clients never came back on ${listed(gone)}.`] : []),
  ];
}
