import Table from "cli-table3";
import type { Outcome, Selftest } from "../../harness/selftest/result.ts";
import { durationText } from "../../reports/prose/duration.ts";
import { quantity } from "../../reports/prose/format.ts";
import { counted, listed, plain, wrapped } from "../../reports/prose/text.ts";
import { BARE } from "../../reports/terminal/bare-table.ts";
import { inks } from "../../reports/terminal/ink.ts";

interface TextOptions {
  readonly color: boolean;
}

const WIDTH = 80;
const COLUMNS = [13, 9, 6, 27, 25];

/** The table of a self-test, made for 80 columns; below it, what failed or was not possible, and why. */
export function renderSelftest(selftest: Selftest, { color }: TextOptions): string {
  const { bold, dim, red, yellow } = inks(color);
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: ["check", "verdict", "s", "measured", "target"].map(dim),
    colWidths: COLUMNS,
    colAligns: ["left", "left", "right", "left", "left"],
    wordWrap: true,
  });
  for (const outcome of selftest.checks)
    table.push([
      outcome.name,
      inkOf(outcome, color)(outcome.verdict),
      outcome.seconds.toFixed(1),
      plain(outcome.measured ?? "-"),
      plain(outcome.target),
    ]);
  const reasons = selftest.checks.flatMap(({ name, verdict, reason }) =>
    reason === undefined
      ? []
      : [
          `${(verdict === "fail" ? red : yellow)("!")} ${wrapped(plain(`${name}: ${reason}`), WIDTH - 2, "  ")}`,
        ],
  );
  const summary = wrapped(summaryOf(selftest), WIDTH);
  return `${[table.toString(), "", ...reasons, bold(summary)].join("\n").replace(/ +$/gm, "")}\n`;
}

/** One line on what one check found, as progress shows it. */
export function outcomeLine({ verdict, measured, reason, seconds }: Outcome): string {
  return `${verdict}: ${plain(measured ?? reason ?? "")} (${quantity("seconds", seconds)})`;
}

function inkOf({ verdict }: Outcome, color: boolean): (text: string) => string {
  const { green, red, yellow } = inks(color);
  return verdict === "pass" ? green : verdict === "fail" ? red : yellow;
}

function summaryOf({ checks, seconds, finishedAt, seed }: Selftest): string {
  const names = (verdict: Outcome["verdict"]) =>
    checks.filter((one) => one.verdict === verdict).map(({ name }) => name);
  const [failed, impossible] = [names("fail"), names("not possible")];
  const parts = [
    `${names("pass").length} of ${counted(checks.length, "check")} passed in ${durationText(seconds)}, seed ${seed}`,
    ...(failed.length > 0 ? [`failed: ${listed(failed)}`] : []),
    ...(impossible.length > 0 ? [`not possible here: ${listed(impossible)}`] : []),
    ...(finishedAt ? [] : ["interrupted before the end"]),
  ];
  return `${parts.join("; ")}.`;
}
