import Table from "cli-table3";
import { BARE } from "../bare-table.ts";
import { ascii, inks } from "../ink.ts";
import type { TerminalOptions } from "../terminal.ts";
import { wrapped } from "../text.ts";
import type { Board, Decision, Settings } from "./board.ts";
import { answerText, cautionText, idleText, reasonText, shareText, timesText } from "./words.ts";

/** Columns beside the wire; those of the criteria have no more room than a ratio needs. */
const WIDTHS = { rank: 5, score: 7, weightings: 11, resamples: 10, ratio: 7 };
const SHORT: Readonly<Record<string, string>> = { bandwidth: "bytes", resilience: "resil." };

/** The decision on a terminal: who is out and why, the ranking, and how firm it is. */
export function renderDecision(
  board: Board,
  decision: Decision,
  settings: Settings,
  options: TerminalOptions,
): string {
  const { bold, yellow } = inks(options.color);
  const { ranked, excluded, unscored, doubtful } = decision;
  const prose = (text: string) => (text === "" ? [] : [wrapped(text, options.width)]);
  const apart = [...excluded, ...unscored, ...doubtful].map(({ wire }) => {
    const reason = reasonText(decision, wire);
    return wrapped(
      `${board.wires[wire]}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
      options.width,
      "  ",
    );
  });
  const caution = cautionText(board, decision);
  const text = [
    ...prose(askedText(board, settings)),
    "",
    ...(apart.length > 0 ? [...apart, ""] : []),
    ...(ranked.length > 0 ? [tableOf(board, decision, options), ""] : []),
    bold(wrapped(answerText(board, decision), options.width)),
    ...(caution === "" ? [] : [`${yellow("!")} ${wrapped(caution, options.width - 2, "  ")}`]),
    ...prose(idleText(board, decision)),
  ].join("\n");
  return (options.unicode ? text : ascii(text)).replace(/ +$/gm, "");
}

/** What was asked, so that a printout says it. */
function askedText(board: Board, { needs, weights, scenarios }: Settings): string {
  const must = board.requirements.filter(({ key }) => needs.includes(key)).map(({ key }) => key);
  const heavy = board.criteria.map(({ key }) => `${key} ${weights[key] ?? 0}`);
  const where = scenarios.length === board.scenarios.length ? "all" : scenarios.join(", ");
  return `Must have: ${must.length > 0 ? must.join(", ") : "nothing"}. Weights: ${heavy.join(", ")}. Scenarios: ${where}.`;
}

function tableOf(board: Board, { ranked, counting }: Decision, options: TerminalOptions): string {
  const { dim } = inks(options.color);
  const longest = Math.max(...ranked.map(({ wire }) => (board.wires[wire] ?? "").length));
  const name = Math.max(8, Math.min(20, longest + 1));
  const fixed = WIDTHS.rank + name + WIDTHS.score + WIDTHS.weightings + WIDTHS.resamples;
  const shown = counting.slice(0, Math.max(0, Math.floor((options.width - fixed) / WIDTHS.ratio)));
  const heads = shown.map((at) => {
    const { key = "", label = "" } = board.criteria[at] ?? {};
    return label.length < WIDTHS.ratio ? label : (SHORT[key] ?? label.slice(0, WIDTHS.ratio - 1));
  });
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: ["rank", "wire", "score", "weightings", "resamples", ...heads].map(dim),
    colWidths: [
      ...[WIDTHS.rank, name, WIDTHS.score, WIDTHS.weightings, WIDTHS.resamples],
      ...shown.map(() => WIDTHS.ratio),
    ],
    colAligns: ["right", "left", "right", "right", "right", ...shown.map(() => "right" as const)],
    truncate: options.unicode ? "…" : "~",
  });
  for (const { wire, rank, score, firstOfWeightings, firstOfResamples, ratios } of ranked)
    table.push([
      String(rank),
      board.wires[wire] ?? "",
      timesText(score),
      shareText(firstOfWeightings),
      shareText(firstOfResamples),
      ...shown.map((at) => timesText(ratios[at] ?? null)),
    ]);
  return table.toString();
}
