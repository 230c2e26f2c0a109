import type { Results } from "../../harness/result/result.ts";
import { type Cell, observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { quantity } from "./format.ts";
import { rankingSentence } from "./ranking.ts";
import { scenarioAnswer } from "./scenario-answer.ts";
import { trouble } from "./sentences.ts";
import { counted, listed } from "./text.ts";

/** What the sheet is about, in one sentence. */
export function serviceText({ params }: ScenarioSummary): string {
  const { connections = 0, rate = 0, payload = 0 } = params;
  return (
    `${counted(connections, "user")} connected at once, ${rate.toLocaleString("en-US")} notifications a second of ${counted(payload, "character")} from one to another, ` +
    "each marked as read, with the receipt back to its sender. Heartbeat every 10 s; 5 reconnections at most, 1 s apart."
  );
}

/** The machine and the versions that all of it holds for. */
export function machineText({ environment }: Results): string {
  const { cpuModel, cpus, memoryBytes, node, notifLab } = environment;
  return `${cpuModel}, ${counted(cpus, "CPU")}, ${quantity("bytes", memoryBytes)}, Node.js ${node}, notif-lab ${notifLab}`;
}

/** The answer for somebody who has to choose: who is ranked how, or that nothing is; what each of them takes at most; and who did not make it. */
export function serviceAnswer(scenario: ScenarioSummary, results: Results): string[] {
  const { cells, replicate, params } = scenario;
  const candidates = cells.filter(({ candidate }) => candidate);
  const completed = candidates.filter(({ state }) => state === "completed");
  return [
    scenarioAnswer(scenario) ?? rankingSentence(results, [scenario]),
    mostText(completed, params.rate ?? 0, candidates.length),
    ...candidates.filter(({ state }) => state !== "completed").map((cell) => trouble(cell, replicate)),
  ].filter((one) => one !== undefined);
}

/** What suffices whichever of them is taken, in the worst launch. */
function mostText(cells: readonly Cell[], rate: number, all: number): string | undefined {
  const most = (key: "cpu" | "rss" | "deliveryP50") =>
    cells.flatMap((cell) => observed(cell, key)?.max ?? []).sort((a, b) => b - a)[0];
  const [cpu, rss, p50] = [most("cpu"), most("rss"), most("deliveryP50")];
  if (cpu === undefined || rss === undefined || p50 === undefined) return undefined;
  const who =
    cells.length === all ? "each of the transports" : listed(cells.map(({ transport }) => transport));
  return (
    `One server process carried the service on ${who}, with at most ${quantity("share", (cpu * rate) / 1e6)} of one CPU, ` +
    `${quantity("bytes", rss)} of memory and a median of ${quantity("micros", p50)}, which on this machine is without any network in between.`
  );
}
