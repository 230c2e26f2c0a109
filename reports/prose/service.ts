import type { Results } from "../../harness/result/result.ts";
import { type Cell, observed } from "../model/cell.ts";
import { othersIn } from "../model/same-process.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { circumstancesText, isOnLoopback, outsideIn, overTlsIn, wayTexts } from "./circumstances.ts";
import { quantity } from "./format.ts";
import { rankingSentence } from "./ranking.ts";
import { scenarioAnswer } from "./scenario-answer.ts";
import { serversOn, trouble } from "./sentences.ts";
import { counted, listed } from "./text.ts";

/** What the sheet is about: what was asked of each transport, and what else the service that is meant does. */
export function serviceText({ params }: ScenarioSummary): string {
  const { connections = 0, rate = 0, payload = 0 } = params;
  const each = connections === 0 ? 0 : (60 * rate) / connections;
  return (
    `${counted(connections, "user")} connected at once, ${rate.toLocaleString("en-US")} notifications a second of ${counted(payload, "character")} from one to another ` +
    `(${each.toLocaleString("en-US", { maximumSignificantDigits: 3 })} a minute of each user), each marked as read, with the receipt back to its sender. ` +
    "The service that is meant has a heartbeat every 10 s, and clients that reconnect 5 times at most, 1 s apart."
  );
}

/** The machine and the versions that all of it holds for. */
function machineText({ environment }: Results): string {
  const { cpuModel, cpus, memoryBytes, node, notifLab } = environment;
  const others = serversOn(environment);
  return `${cpuModel}, ${counted(cpus, "CPU")}, ${quantity("bytes", memoryBytes)}, Node.js ${node}${others ? ` (${others})` : ""}, notif-lab ${notifLab}`;
}

/** What holds the figures together, and what is not in them: where they were measured, over what, and without what. */
export function serviceCaveats(service: ScenarioSummary, results: Results): string[] {
  const outside = outsideIn(results);
  const otherwise = circumstancesText(results);
  const without = [
    ...tlsLeftOut(results),
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
    ...(outside.length === results.transports.length ? [] : [stormText(service, results)]),
    ...(outside.length === results.transports.length
      ? []
      : [`Not in any of this${outside.length > 0 ? " that is the lab's own" : ""}: ${without.join(", ")}.`]),
  ];
}

/** TLS, where not all transports had it. */
function tlsLeftOut(results: Results): string[] {
  const secured = overTlsIn(results);
  if (secured.length === results.transports.length) return [];
  return [secured.length === 0 ? "TLS" : `TLS (but on ${listed(secured)})`];
}

/** Where it is said how soon all are back after a break, or what measures it: on the lab's own servers, which it can break. */
function stormText({ params }: ScenarioSummary, results: Results): string {
  const { connections = 0, payload = 0 } = params;
  const storm = results.scenarios.find(({ name }) => name === "reconnect-storm");
  const isThere = results.trials.some(
    ({ scenario, state }) => scenario === storm?.name && state === "completed",
  );
  if (storm && isThere)
    return `How soon all are back after a break is in the section on reconnect-storm, of a feed with ${counted(storm.params.connections ?? 0, "connection")}.`;
  const outside = outsideIn(results);
  const own = results.transports.filter((name) => !outside.includes(name));
  const command = `notif-lab bench --scenarios reconnect-storm --transports ${own.join(",")} --connections ${connections} --payload ${payload}`;
  return `Not measured in this run: how soon all are back after a break (${command} measures it, of a feed with as many connections).`;
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
