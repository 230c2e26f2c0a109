import type { Results, Trial } from "../../harness/result/result.ts";
import { stateWord } from "../model/cell.ts";
import { blockList } from "./sentences.ts";
import { counted, listed } from "./text.ts";

/** What two reasons of one kind may differ in: the port behind an address, a version or address, and a number. */
const PIECE = /(?<=\d+(?:\.\d+){3}|localhost|\]):\d+|\d+(?:\.\d+){2,}|\d+(?:[.,]\d+)*/g;

const isPort = (piece: string) => piece.startsWith(":");
const isDotted = (piece: string) => /^\d+(?:\.\d+){2,}$/.test(piece);

/** What befell the trials of one scenario: one line for each kind of reason, however many trials it befell. */
export function briefProblems(
  { trials, transports, launches }: Results,
  scenario: string,
  advice: Partial<Record<Trial["state"], string>>,
): string[] {
  const groups = new Map<string, Trial[]>();
  for (const trial of trials) {
    if (trial.scenario !== scenario || trial.reason === undefined || trial.state === "completed") continue;
    const kind = JSON.stringify([trial.state, kindOf(trial.reason)]);
    groups.set(kind, [...(groups.get(kind) ?? []), trial]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const reason = spanned(group.map((trial) => trial.reason ?? ""));
    const todo = advice[first.state];
    // Most reasons of invalid trials end with what to do.
    const text = `${reason}${todo && !reason.includes("; ") ? `; ${todo}` : ""}.`;
    const affected = transports.flatMap((name) => {
      const count = group.filter((trial) => trial.transport === name).length;
      return count > 0 ? [{ name, count }] : [];
    });
    const [only] = affected;
    if (only && affected.length === 1) {
      const blocks = [...new Set(group.map(({ block }) => block + 1))].sort((a, b) => a - b);
      return [
        `${only.name} ${stateWord(first.state)} in ${scenario}, ${blockList(blocks, launches ? "launch" : "block")}: ${text}`,
      ];
    }
    const each = affected.map(({ name, count }) => `${name} ${count}`).join(", ");
    return [`${counted(group.length, "trial")} ${stateWord(first.state)} in ${scenario} (${each}): ${text}`];
  });
}

/** The same of all reasons that are to be told as one. */
function kindOf(reason: string): string {
  return reason.replace(PIECE, (piece) => (isDotted(piece) ? piece : isPort(piece) ? ":0" : "0"));
}

/** Texts of one kind as one, each number as its range: "used 0.41–1.74 CPUs". Ports are no amounts: where they differ there is none. */
function spanned(texts: readonly string[]): string {
  const [first = ""] = texts;
  const pieces = texts.map((text) => text.match(PIECE) ?? []);
  let position = -1;
  return first.replace(PIECE, (piece) => {
    position += 1;
    const all = pieces.map((of) => of[position] ?? "");
    if (isPort(piece)) return all.every((one) => one === piece) ? piece : "";
    if (isDotted(piece)) return piece;
    const sorted = all.sort((a, b) => numberOf(a) - numberOf(b));
    const [lowest = "", highest = ""] = [sorted[0], sorted.at(-1)];
    return numberOf(lowest) === numberOf(highest) ? lowest : `${lowest}–${highest}`;
  });
}

function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}

/** Scenarios with too few publishes for some quantile. */
export interface Shortfall {
  readonly scenario: string;
  /** The quantiles, the most demanding last. */
  readonly labels: readonly string[];
  /** Seconds that would do; undefined where that can't be told. */
  readonly seconds: number | undefined;
}

/** All of them in one line. */
export function briefShortfalls(all: readonly Shortfall[]): string {
  const labels = [...new Set(all.flatMap((one) => one.labels))].sort();
  const parts = labels.map((label) => {
    const scenarios = all.filter((one) => one.labels.includes(label)).map((one) => one.scenario);
    const where = scenarios.length > 4 ? counted(scenarios.length, "scenario") : listed(scenarios);
    return `${label} in ${where}`;
  });
  const seconds = all.flatMap((one) => one.seconds ?? []);
  const advice =
    seconds.length === 0
      ? "measure for longer"
      : `--duration ${Math.max(...seconds)} would do for ${seconds.length === all.length ? "all" : "most"}`;
  return `Too few publishes for ${listed(parts)}: ${advice}; the report has each.`;
}
