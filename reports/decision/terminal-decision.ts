import Table from "cli-table3";
import { wrapped } from "../prose/text.ts";
import { BARE, widthOf } from "../terminal/bare-table.ts";
import { ascii, inks } from "../terminal/ink.ts";
import type { TerminalOptions } from "../terminal/terminal.ts";
import type { Decision, DecisionInput, RankedTransport, Settings } from "./input.ts";
import { answerText, cautionText, idleText, placeTexts, reasonText, timesText } from "./words.ts";

interface Column {
  readonly head: string;
  readonly width: number;
  readonly text: (one: RankedTransport) => string;
}

/** A criterion's column, which a narrow terminal leaves out from the right. */
const RATIO_WIDTH = 7;
const SHORT: Readonly<Record<string, string>> = { latency: "lat.", bandwidth: "bytes", resilience: "resil." };

/** The decision on a terminal: who is out and why, the ranking, and how firm it is. */
export function renderDecision(
  input: DecisionInput,
  decision: Decision,
  settings: Settings,
  options: TerminalOptions,
): string {
  const { bold, yellow } = inks(options.color);
  const { ranked, excluded, unscored, doubtful } = decision;
  const prose = (text: string) => (text === "" ? [] : [wrapped(text, options.width)]);
  const apart = [...excluded, ...unscored, ...doubtful].map(({ transport }) => {
    const reason = reasonText(decision, transport);
    return wrapped(
      `${input.transports[transport]}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
      options.width,
      "  ",
    );
  });
  const caution = cautionText(input, decision);
  const text = [
    ...prose(askedText(input, settings)),
    "",
    ...(apart.length > 0 ? [...apart, ""] : []),
    ...(ranked.length > 0 ? [tableOf(input, decision, options), ""] : []),
    bold(wrapped(answerText(input, decision), options.width)),
    ...(caution === "" ? [] : [`${yellow("!")} ${wrapped(caution, options.width - 2, "  ")}`]),
    ...prose(idleText(input, decision)),
  ].join("\n");
  return (options.unicode ? text : ascii(text)).replace(/ +$/gm, "");
}

/** What was asked, so that a printout says it. */
function askedText(input: DecisionInput, { needs, weights, scenarios }: Settings): string {
  const must = input.requirements.filter(({ key }) => needs.includes(key)).map(({ key }) => key);
  const heavy = input.criteria.map(({ key }) => `${key} ${weights[key] ?? 0}`);
  const where = scenarios.length === input.scenarios.length ? "all" : scenarios.join(", ");
  return `Must have: ${must.length > 0 ? must.join(", ") : "nothing"}. Weights: ${heavy.join(", ")}. Scenarios: ${where}.`;
}

function tableOf(input: DecisionInput, decision: Decision, options: TerminalOptions): string {
  const { ranked, counting } = decision;
  const place = (one: RankedTransport) => placeTexts(input, decision, one);
  const has = (what: "rank" | "weightings" | "resamples") => ranked.some((one) => place(one)[what] !== "–");
  const { dim } = inks(options.color);
  const longest = Math.max(...ranked.map(({ transport }) => (input.transports[transport] ?? "").length));
  const columns: Column[] = [
    ...(has("rank") ? [{ head: "rank", width: 5, text: (one: RankedTransport) => place(one).rank }] : []),
    {
      head: "transport",
      width: Math.max(8, Math.min(20, longest + 1)),
      text: ({ transport }) => input.transports[transport] ?? "",
    },
    { head: "score", width: 7, text: ({ score }) => timesText(score) },
    ...(has("weightings")
      ? [{ head: "weightings", width: 11, text: (one: RankedTransport) => place(one).weightings }]
      : []),
    ...(has("resamples")
      ? [{ head: "resamples", width: 10, text: (one: RankedTransport) => place(one).resamples }]
      : []),
    ...counting.map((at) => ({
      head: headOf(input, at),
      width: RATIO_WIDTH,
      text: ({ ratios }: RankedTransport) => timesText(ratios[at] ?? null),
    })),
  ];
  const filled = columns.map((one) => ({
    ...one,
    width: one.head === "transport" ? one.width : Math.max(one.width, widthOf(ranked.map(one.text))),
  }));
  const fitting = filled.filter(
    (_, index) => filled.slice(0, index + 1).reduce((sum, { width }) => sum + width, 0) <= options.width,
  );
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 1, head: [], border: [] },
    head: fitting.map(({ head }) => dim(head)),
    colWidths: fitting.map(({ width }) => width),
    colAligns: fitting.map(({ head }) => (head === "transport" ? "left" : "right")),
    truncate: options.unicode ? "…" : "~",
  });
  for (const one of ranked) table.push(fitting.map(({ text }) => text(one)));
  return table.toString();
}

function headOf({ criteria }: DecisionInput, at: number): string {
  const { key = "", label = "" } = criteria[at] ?? {};
  return SHORT[key] ?? label;
}
