import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import type { Cluster } from "../../scenarios/cluster.ts";
import { findProgram, HAPROXY, NGINX, type Program, REDIS } from "../../transports/engines/programs.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { CliFailure, usage } from "../process/failure.ts";

/** The programs that a cluster needs. */
function programsOf({ backplane, redisAt, balancer }: Cluster): Program[] {
  return [
    ...(backplane === "redis" && redisAt === undefined ? [REDIS] : []),
    ...(balancer === "haproxy" ? [HAPROXY] : balancer === "nginx" ? [NGINX] : []),
  ];
}

function missingFor(scenario: ReadyScenario): Program[] {
  const { cluster } = scenario.plan(0);
  return cluster ? programsOf(cluster).filter(({ name }) => findProgram(name) === undefined) : [];
}

/** What has to be installed before a scenario can run here; undefined where nothing is missing. */
export function whyNoEngines(scenario: ReadyScenario): string | undefined {
  const missing = missingFor(scenario);
  if (missing.length === 0) return undefined;
  return `it needs programs that are not installed: ${installation([scenario])}`;
}

/** Those that can run here; what is left out is told on stderr. For `--scenarios all`, which names nobody. */
export function withEnginesHere(scenarios: readonly ReadyScenario[]): ReadyScenario[] {
  const without = scenarios.filter((one) => missingFor(one).length > 0);
  if (without.length > 0) {
    const names = without.map(({ name }) => name).join(", ");
    process.stderr.write(`left out: ${names}; to run them: ${installation(without)}\n`);
  }
  return scenarios.filter((one) => !without.includes(one));
}

/** Fails with one line where a scenario needs a program that is not installed, or a transport can't have nodes. */
export function refuseMissingEngines(
  scenarios: readonly ReadyScenario[],
  transports: readonly TransportEntry[],
): void {
  const [first] = scenarios.filter((one) => missingFor(one).length > 0);
  if (first)
    throw usage(
      `${first.name} on these nodes needs programs that are not installed: ${installation([first])}`,
    );
  const onNodes = scenarios.find((one) => one.plan(0).cluster);
  const local = transports.find(({ supports }) => !supports.network);
  if (onNodes && local)
    throw usage(
      `${local.name} runs inside one process and can't have nodes; leave it or ${onNodes.name} out`,
    );
  const onRedis = transports.find((one) => one.onRedis);
  const without = scenarios.find((one) => one.plan(0).cluster?.backplane !== "redis");
  if (onRedis && without)
    throw usage(
      `the library of ${onRedis.name} carries events over Redis, and ${without.name} has none; add --backplane redis, and --nodes 3 for several nodes`,
    );
  const balanced = scenarios.find((one) => (one.plan(0).cluster?.balancer ?? "none") !== "none");
  const viaBroker = transports.find(({ supports }) => supports.viaBroker);
  if (balanced && viaBroker)
    throw usage(
      `a client of ${viaBroker.name} connects twice, and a balancer may lead it to two nodes; leave --balancer or ${viaBroker.name} out`,
    );
  refuseUnlikeBalancer(scenarios, transports);
}

/** Proves that a Redis that is not the lab's can be used, before anything is measured; fails with one line. */
export async function assertOwnRedis(scenarios: readonly ReadyScenario[]): Promise<void> {
  const addresses = new Set(scenarios.flatMap((one) => one.plan(0).cluster?.redisAt ?? []));
  for (const address of addresses) {
    const { visitTrialRedis } = await import("../../harness/trial/trial-redis.ts");
    try {
      const redis = await visitTrialRedis(address, `notif-lab:${randomBytes(4).toString("hex")}:`);
      await redis.end();
    } catch (error) {
      throw new CliFailure(1, LabError.from(error).message, { cause: error });
    }
  }
}

/** A balancer of one's own is set up for one transport. */
function refuseUnlikeBalancer(
  scenarios: readonly ReadyScenario[],
  transports: readonly TransportEntry[],
): void {
  const own = scenarios.flatMap((one) => one.plan(0).cluster?.own ?? [])[0];
  if (!own) return;
  const [first, ...others] = transports;
  if (others.length > 0)
    throw usage(
      `a balancer of yours stands before one transport at a time, and these are ${transports.length}; choose one, such as --transports ${first?.name}`,
    );
  if (own.address.startsWith("http:") && first && (first.balancing?.mode ?? "tcp") === "tcp")
    throw usage(`${first.name} is not HTTP; let the balancer pass TCP on, and give it as tcp://host:port`);
}

function installation(scenarios: readonly ReadyScenario[]): string {
  const packages = new Set(scenarios.flatMap(missingFor).map((one) => one.package));
  return `apt-get install ${[...packages].join(" ")}`;
}
