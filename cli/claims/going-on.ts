import type { ClaimsDocument } from "../../claims/document.ts";
import { durationText } from "../../reports/prose/duration.ts";
import { counted } from "../../reports/prose/text.ts";
import type { ClaimsOutcome } from "./run-claims.ts";

/** From when on `--again` measures: where the same command was left before its end, from its first beginning. */
export function againSince(
  earlier: Pick<ClaimsDocument, "command" | "againSince"> | undefined,
  command: string,
  now: Date,
): string {
  const begun = earlier?.command === command ? earlier.againSince : undefined;
  return begun ?? now.toISOString();
}

/** What is left of a run and how to go on with it; undefined where nothing is. */
export function leftText(
  { groups, left, secondsLeft }: Pick<ClaimsOutcome, "groups" | "left" | "secondsLeft">,
  command: string,
): string | undefined {
  if (left === 0) return undefined;
  const what = `${left.toLocaleString("en-US")} of ${counted(groups, "group")} of experiments`;
  return `${what} ${left === 1 ? "is" : "are"} left (about ${durationText(secondsLeft)}); to go on: ${command}`;
}
