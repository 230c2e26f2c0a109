import type { Results } from "../harness/result/result.ts";
import { placesOf } from "../reports/decision/firmness.ts";
import type { Decision, DecisionInput } from "../reports/decision/input.ts";
import { answerText, cautionText, idleText, reasonText } from "../reports/decision/words.ts";
import { METRICS } from "../reports/metrics/catalogue.ts";
import { pointerOf } from "../reports/metrics/metric.ts";
import { quantity } from "../reports/prose/format.ts";
import type { Answer } from "./asked.ts";
import { type Block, text } from "./block.ts";
import { decisionOf } from "./decision.ts";
import type { LessonRecord } from "./record.ts";

/** Who is first, how firmly, and what does not count. */
export function decisionBlocks(results: Results, answers: Readonly<Record<string, Answer>>): Block[] {
  const { input, decision } = decisionOf(results, answers);
  return [answerText(input, decision), cautionText(input, decision), idleText(input, decision)]
    .filter((one) => one !== "")
    .map(text);
}

/** The decision as an architecture decision record in Markdown, with its figures, its doubts, and the places that people have to fill in. */
export function recordOfDecision(results: Results, { answers }: LessonRecord, machine: string): string {
  const { input, settings, decision } = decisionOf(results, answers);
  const name = (at: number) => input.transports[at] ?? "";
  const places = placesOf(input, decision);
  const first = decision.ranked
    .filter(({ transport }) => places.get(transport) === "first")
    .map(({ transport }) => name(transport));
  const scenario = results.scenarios[0];
  const weights = Object.entries(settings.weights).map(([key, weight]) => `${key} ${weight}`);
  const columns = decision.counting.map((at) => input.criteria[at]?.label ?? "");
  const ratios = ({ ratios, transport }: (typeof decision.ranked)[number]) =>
    decision.counting.map((at) => {
      const figures = figuresOfCriterion(input, at, transport);
      return `${(ratios[at] ?? Number.NaN).toFixed(2)}${figures === "" ? "" : ` (${figures})`}`;
    });
  const table = [
    `| transport | score | ${columns.join(" | ")} |`,
    `|---|--:|${columns.map(() => "--:|").join("")}`,
    ...decision.ranked.map(
      (row) => `| ${name(row.transport)} | ${row.score.toFixed(2)} | ${ratios(row).join(" | ")} |`,
    ),
  ];
  const out = input.transports.flatMap((one, at) => {
    const reason = reasonText(decision, at);
    return reason === "" ? [] : [`- ${one}: ${reason}`];
  });
  const sure = [surenessText(input, decision), idleText(input, decision)].filter((one) => one !== "");
  const params = Object.entries(scenario?.params ?? {}).map(([key, value]) => `${key} ${value}`);
  return `${[
    `# Transport for notifications: ${first.length > 0 ? first.join(" or ") : "not decided by figures"}`,
    "",
    `- Status: proposed, ${(results.finishedAt ?? results.startedAt).slice(0, 10)}`,
    "- Decided by: (names)",
    "",
    "## Context",
    "",
    "(What the service is, who uses it, and what happens if the choice is wrong.)",
    "",
    `Measured: ${scenario?.summary ?? ""} (${params.join(", ")}), on ${machine}.`,
    "",
    "## What it must have, and what matters",
    "",
    `- Required: ${settings.needs.length > 0 ? settings.needs.join(", ") : "nothing"}`,
    `- Weights, 0 to 10: ${weights.join(", ")}`,
    "",
    "## Options",
    "",
    ...(decision.ranked.length > 0
      ? ["Ratios to the best, and what was measured; 1 is the best, lower is better.", "", ...table]
      : ["No transport is left to be ranked."]),
    ...(out.length > 0 ? ["", ...out] : []),
    "",
    "## Decision",
    "",
    answerText(input, decision),
    "",
    "(What you have chosen, and why, in your own words. If the figures don't separate the first ones, say what did.)",
    "",
    "## How sure this is",
    "",
    ...sure,
    "",
    `It holds for this machine, these versions and this load: ${results.command}. Another load or network may turn it.`,
    "",
    "## Consequences",
    "",
    "(What becomes easier, what harder, and what would make you decide again.)",
  ].join("\n")}\n`;
}

/** How far comparisons stand behind the decision, or why none does. */
function surenessText(input: DecisionInput, decision: Decision): string {
  const caution = cautionText(input, decision);
  if (caution !== "") return caution;
  const { ranked, excluded } = decision;
  if (ranked.length > 1)
    return "No comparison of two transports behind this has a verdict: another run may reverse the order.";
  return excluded.length > 0 && excluded.length + ranked.length === input.transports.length
    ? "The requirements decided this. No figures were compared."
    : "No figures were compared.";
}

/** What speaks for a criterion, in its own unit: a ratio does not say whether it matters. */
function figuresOfCriterion({ figures }: DecisionInput, criterion: number, transport: number): string {
  return figures
    .filter((one) => one.criterion === criterion)
    .flatMap(({ path, values }) => {
      const metric = Object.values(METRICS).find((one) => pointerOf(one) === path);
      const value = values[transport];
      return metric && typeof value === "number" ? quantity(metric.unit, value) : [];
    })
    .join("; ");
}
