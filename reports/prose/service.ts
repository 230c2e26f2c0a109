import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";
import { type Cell, observed } from "../model/cell.ts";
import { factsOf } from "../model/looks.ts";
import { othersIn } from "../model/same-process.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { serverPlace, serversElsewhere } from "./agent-site.ts";
import {
  circumstancesText,
  isOnLoopback,
  labsOwnIn,
  outsideIn,
  overTlsIn,
  wayTexts,
} from "./circumstances.ts";
import { quantity } from "./format.ts";
import { rankingSentence } from "./ranking.ts";
import { scenarioAnswer } from "./scenario-answer.ts";
import { serversOn, trouble } from "./sentences.ts";
import { counted, listed } from "./text.ts";

/** The heading of the sheet: what all of it holds for. */
export function serviceTitle(results: Results): string {
  const place = labsOwnIn(results).length === 0 ? "" : `, on ${serverPlace(results) ?? "this machine"}`;
  return `For this service${place}`;
}

/** What the sheet is about: what was asked of each transport, and what else the service that is meant does. */
export function serviceText({ params }: ScenarioSummary): string {
  const { connections = 0, rate = 0, payload = 0 } = params;
  const each = connections === 0 ? 0 : (60 * rate) / connections;
  return (
    `${counted(connections, "user")} connected at once, ${rate.toLocaleString("en-US")} notifications a second of ${counted(payload, "character")} from one to another ` +
    `(${each.toLocaleString("en-US", { maximumSignificantDigits: 3 })} a minute per user), each marked as read, with the receipt back to its sender. ` +
    "The guide's service also has a heartbeat every 10 s, and clients that try to reconnect up to 5 times, 1 s apart."
  );
}

/** The machine and the versions that all of it holds for. */
function machineText(results: Results): string {
  const { environment } = results;
  const { node, notifLab } = environment;
  const others = serversOn(environment);
  const own = hardwareText(environment);
  const servers = serversElsewhere(results).map(
    ({ name, cores, machine }) => `agent ${name} (${hardwareText({ ...machine, cpus: cores })})`,
  );
  const machine = servers.length === 0 ? own : `${listed(servers)}, started from ${own}`;
  return `${machine}, Node.js ${node}${others ? ` (${others})` : ""}, notif-lab ${notifLab}`;
}

function hardwareText({
  cpuModel,
  cpus,
  memoryBytes,
}: Pick<Results["environment"], "cpuModel" | "cpus" | "memoryBytes">): string {
  return `${cpuModel}, ${counted(cpus, "CPU")}, ${quantity("bytes", memoryBytes)}`;
}

/** What holds the figures together, and what is not in them: where they were measured, over what, and without what. */
export function serviceCaveats(service: ScenarioSummary, results: Results): string[] {
  const [own, outside] = [labsOwnIn(results), outsideIn(results)];
  const otherwise = circumstancesText(results);
  const without = [
    ...tlsLeftOut(own),
    "a database",
    ...((results.cluster?.nodes ?? 1) > 1 ? [] : ["several nodes"]),
  ];
  return [
    `Measured on ${machineText(results)}, ${results.startedAt.slice(0, 10)}.`,
    ...(otherwise === undefined ? [] : [otherwise]),
    ...wayTexts(results),
    ...(service.replicate === "launch"
      ? [
          "Heartbeats were off while all of this was measured; the column on idle connections has the bytes that they take, where those are known.",
        ]
      : []),
    ...(own.length === 0
      ? []
      : [
          ...engineTexts(service, results),
          ...stormTexts(service, results),
          `Not in any of this${outside.length > 0 ? " that is the lab's own" : ""}: ${without.join(", ")}.`,
        ]),
  ];
}

/** TLS, where not all of the lab's own transports had it. */
function tlsLeftOut(own: string[]): string[] {
  const secured = overTlsIn({ transports: own });
  if (secured.length === own.length) return [];
  return [secured.length === 0 ? "TLS" : `TLS (but on ${listed(secured)})`];
}

/** What else the service takes on nodes: a server's figures are of its own processes. */
function engineTexts({ cells }: ScenarioSummary, { cluster }: Results): string[] {
  if (!cluster) return [];
  const { nodes, backplane, redisAt, balancer } = cluster;
  const engines = [
    ...(backplane === "none" ? [] : [redisAt ? "your Redis" : "Redis"]),
    ...(balancer === "none" ? [] : [balancer === "own" ? "your load balancer" : balancer]),
  ];
  if (engines.length === 0) return [];
  const isKnown = cells.some((cell) => observed(cell, "backplaneCpu") ?? observed(cell, "balancerCpu"));
  const where = isKnown ? " (section Scale of the page has CPU of theirs)" : "";
  return [
    `CPU and memory are those of the ${nodes > 1 ? "nodes" : "server"} alone; what ${listed(engines)} took comes on top${where}.`,
  ];
}

/** Where it is said how soon all are back after a break, or what measures it: on the lab's own servers, which it can break. */
function stormTexts({ params }: ScenarioSummary, results: Results): string[] {
  const { connections = 0, payload = 0 } = params;
  const storm = results.scenarios.find(({ name }) => name === "reconnect-storm");
  const isThere = results.trials.some(
    ({ scenario, state }) => scenario === storm?.name && state === "completed",
  );
  if (storm && isThere)
    return [
      `How soon all are back after a break is in the section on reconnect-storm, for a feed with ${counted(storm.params.connections ?? 0, "connection")}.`,
    ];
  const own = labsOwnIn(results).filter((name) => transportBehind(name) === name);
  if (own.length === 0) return [];
  const command = `notif-lab bench --scenarios reconnect-storm --transports ${own.join(",")} --connections ${connections} --payload ${payload}`;
  const besides = hasOwnModule(own, results) ? ", with your --transport-module besides," : "";
  return [
    `Not measured in this run: how soon all are back after a break (${command}${besides} measures it, for a feed with as many connections).`,
  ];
}

/** Whether some of these transports are from a module of the user's: with --target such are not the lab's own; else the lab may know nothing of them. */
function hasOwnModule(own: readonly string[], results: Results): boolean {
  const { command, transportFacts } = results;
  if (/--transport-module\b/.test(command) && !/--target\b/.test(command)) return true;
  return transportFacts !== undefined && own.some((name) => factsOf(name, results) === undefined);
}

/** The answer for somebody who has to choose: who is ranked how, or that nothing is; what each of them takes at most; and who did not make it. */
export function serviceAnswer(scenario: ScenarioSummary, results: Results): string[] {
  const { cells, replicate } = scenario;
  const candidates = cells.filter(({ candidate }) => candidate);
  const completed = candidates.filter(({ state }) => state === "completed");
  return [
    scenarioAnswer(scenario) ?? rankingSentence(results, [scenario]),
    mostText(completed, scenario, results),
    ...candidates.filter(({ state }) => state !== "completed").map((cell) => trouble(cell, replicate)),
  ].filter((one) => one !== undefined);
}

/** What suffices whichever of them is taken, in the worst launch. */
function mostText(cells: readonly Cell[], service: ScenarioSummary, results: Results): string | undefined {
  // Of a service that is not the lab's, its CPU and memory are not known.
  const measured = cells.filter((cell) => cpuValues(cell).length > 0 && observed(cell, "rss"));
  const most = (of: (cell: Cell) => readonly number[]) => {
    const values = measured.flatMap(of);
    return values.length === 0 ? undefined : Math.max(...values);
  };
  const [cpu, p50] = [most(cpuValues), most((cell) => observed(cell, "deliveryP50")?.values ?? [])];
  if (cpu === undefined || p50 === undefined) return undefined;
  // What of it is other scenarios' is in the table, worked out from slopes.
  const isShared = measured.some((cell) => othersIn(cell, service, results).length > 0);
  const rss = isShared ? undefined : most((cell) => observed(cell, "rss")?.values ?? []);
  const takes = [
    `at most ${quantity("share", (cpu * (service.params.rate ?? 0)) / 1e6)} of one CPU`,
    ...(rss === undefined ? [] : [`${quantity("bytes", rss)} of memory`]),
    `a median of ${quantity("micros", p50)}`,
  ];
  const all = service.cells.filter(({ candidate }) => candidate).length;
  const who =
    measured.length === all ? "each of the transports" : listed(measured.map(({ transport }) => transport));
  const nodes = results.cluster?.nodes ?? 1;
  const server = nodes > 1 ? counted(nodes, "node") : "One server";
  const where = isOnLoopback(results) ? ", which on this machine is without any network in between" : "";
  return `${server} carried the service on ${who}, with ${listed(takes)}${where}.`;
}

/** Of each launch, over all its measured time. */
function cpuValues(cell: Cell): number[] {
  const [user, system] = [observed(cell, "cpuUser"), observed(cell, "cpuSystem")];
  return user?.values.map((value, place) => value + (system?.values[place] ?? 0)) ?? [];
}
