import type { Seen } from "./figures.ts";
import { ASKED_UNITS, type AskedUnit } from "./lesson.ts";

/** What a learner answered: a number in the asked unit, a name, or nothing. */
export type Answer = number | string | null;

/** An answer as people read it: "450 bytes", "grpc", "nothing". */
export function answerText(answer: Answer, unit?: AskedUnit): string {
  if (answer === null || answer === "") return "nothing";
  if (typeof answer === "string") return answer;
  // All that was typed: a small number must not become 0.
  const number = answer.toLocaleString("en-US", { maximumSignificantDigits: 15 });
  return unit === undefined ? number : `${number} ${unit}`;
}

/** A figure in the unit that the learner was asked for: "1,034 KiB (1,020 KiB to 1,050 KiB)". */
export function inAskedUnit({ value, interval }: Seen, unit: AskedUnit): string {
  const said = (one: number) => `${digits(one / ASKED_UNITS[unit].size, unit)} ${unit}`;
  return interval ? `${said(value)} (${said(interval.low)} to ${said(interval.high)})` : said(value);
}

/** Three digits that count, or more where whole numbers have more; what is counted one by one has no decimals. */
function digits(value: number, unit: AskedUnit): string {
  const isWhole = (unit === "bytes" || unit === "messages") && Number.isInteger(value);
  if (value >= 100 || isWhole) return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  return value.toLocaleString("en-US", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}
