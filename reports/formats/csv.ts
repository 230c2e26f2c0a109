import type { Results, Trial } from "../../harness/result/result.ts";
import { NUMBERS } from "../metrics/names.ts";
import { valuesOf } from "../metrics/paths.ts";
import type { Unit } from "../prose/format.ts";
import { plain } from "../prose/text.ts";

const COLUMNS = [
  "scenario",
  "transport",
  "block",
  "attempt",
  "seed",
  "state",
  "metric",
  "unit",
  "value",
  "reason",
] as const;

/** What a unit is called in the file; the values are those of the results file, untouched. */
const UNITS: Readonly<Record<Unit, string>> = {
  micros: "us",
  seconds: "s",
  bytes: "B",
  perSecond: "1/s",
  count: "1",
  share: "1",
  processors: "1",
};

/**
 * Tidy data: a row for every trial and number it measured, by the number's path in the results file. A trial without any has one
 * row with its state and reason, so that none is missing. RFC 4180; the block counts from 1.
 */
export function renderCsv({ trials }: Results): string {
  const rows = [[...COLUMNS], ...trials.flatMap(rowsOf)];
  return rows.map((row) => `${row.join(",")}\r\n`).join("");
}

function rowsOf(trial: Trial): string[][] {
  const { metrics, reason = "" } = trial;
  const head = [
    textCell(trial.scenario),
    textCell(trial.transport),
    ...[trial.block + 1, trial.attempt, trial.seed].map(String),
    trial.state,
  ];
  const measured = NUMBERS.flatMap(({ path, unit }) =>
    metrics ? valuesOf(metrics, path).map((value) => [path, UNITS[unit], String(value)]) : [],
  );
  const tails = measured.length > 0 ? measured : [["", "", ""]];
  return tails.map((tail) => [...head, ...tail, textCell(reason)]);
}

/**
 * Text that a reader of CSV takes as one field and a spreadsheet not as a formula: what begins like one gets an apostrophe before it
 * (OWASP, CSV injection). So does what follows a semicolon, at which a spreadsheet with another country's settings begins a new
 * cell, whatever the quotes. Numbers don't pass through here, so a minus stays a minus.
 */
function textCell(text: string): string {
  const safe = plain(text).replace(/(^|;)(?=[\s'"]*[=+\-@＝＋－＠])/gu, "$1'");
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
