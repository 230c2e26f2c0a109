import { observed } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { quantity } from "./format.ts";
import { listed } from "./text.ts";

/** Beyond this share of the delivery latency the clients decide it more than server and transport do. */
const MOSTLY_CLIENTS = 0.5;

function boundIn({ cells }: ScenarioSummary): { readonly transport: string; readonly share: number }[] {
  return cells
    .filter(({ candidate }) => candidate)
    .flatMap((cell) => {
      const share = observed(cell, "clientShare")?.value ?? 0;
      return share > MOSTLY_CLIENTS ? [{ transport: cell.transport, share }] : [];
    })
    .sort((a, b) => b.share - a.share);
}

/** Which transports' delivery latency is mostly the time of clients and of the process that they share; undefined where none's is. */
export function clientBound(scenario: ScenarioSummary): string | undefined {
  const bound = boundIn(scenario);
  if (bound.length === 0) return undefined;
  const named = bound.map(({ transport, share }) => `${transport} (${quantity("share", share)})`);
  return `client-bound (more than half of the delivery latency is the clients' own time): ${listed(named)}`;
}

/** The same of several scenarios, as a sentence; undefined where it is so in none. */
export function clientBoundSentence(scenarios: readonly ScenarioSummary[]): string | undefined {
  const bound = scenarios.flatMap((scenario) => {
    const transports = boundIn(scenario).map(
      ({ transport, share }) => `${transport} ${quantity("share", share)}`,
    );
    return transports.length > 0 ? [{ name: scenario.name, transports }] : [];
  });
  if (bound.length === 0) return undefined;
  const named = bound.map(({ name, transports }) => `${name} (${transports.join(", ")})`);
  return `Client-bound, with more than half of the delivery latency the clients' own time: ${listed(named)}.`;
}

/** The parts of the delivery latency of each transport, in one line; undefined where it was not traced. */
export function splitLine({ cells }: ScenarioSummary): string | undefined {
  const shares = cells.flatMap((cell) => {
    const share = observed(cell, "clientShare");
    return share ? [`${cell.transport} ${quantity("share", share.value)}`] : [];
  });
  return shares.length === 0 ? undefined : `Clients' share of the delivery latency: ${shares.join(", ")}.`;
}
