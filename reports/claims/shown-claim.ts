import type { Claim, Measured, Place, Reading } from "../../claims/claim.ts";
import { labelOf } from "../../claims/setup.ts";
import { plain, wrapped } from "../prose/text.ts";
import { ascii, inks } from "../terminal/ink.ts";
import type { TerminalOptions } from "../terminal/terminal.ts";
import { arithmeticText, roleText, sourceText } from "./claim-words.ts";
import { transportsOf } from "./findings.ts";
import { BY_OTHERS, figureText } from "./words.ts";

/** A claim with all that it would have to mean and how each reading is tried; `lacking` says why a transport can't be measured here. */
export function renderClaim(
  { id, sentence, source, notRead, arithmetic = [], readings }: Claim,
  lacking: (transport: string) => string | undefined,
  options: TerminalOptions,
): string {
  const { bold, dim } = inks(options.color);
  const prose = (text: string, indent = "  ") =>
    `${indent}${wrapped(plain(text), options.width - indent.length).replaceAll("\n", `\n${indent}`)}`;
  const lines = [
    bold(id),
    prose(`"${sentence}"`),
    dim(prose(sourceText(source))),
    ...(notRead === undefined ? [] : [prose(`Not read: ${notRead}. There is no verdict.`)]),
    ...arithmetic.map((check) => prose(`Arithmetic: ${check.says}: ${arithmeticText(check)}.`)),
    ...readings.flatMap((reading) => [
      "",
      prose(`${roleText(reading)}: ${reading.meaning}`),
      ...readingLines(reading, lacking).map((line) => prose(line, "    ")),
    ]),
  ];
  const text = lines.join("\n");
  return `${(options.unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

function readingLines(reading: Reading, lacking: (transport: string) => string | undefined): string[] {
  if (reading.kind === "untried") return [`not tried: ${reading.because}`];
  if (reading.kind === "stated")
    return [`${reading.verdict} (${BY_OTHERS}): ${reading.because}`, `answered by ${reading.by}`];
  const { figure, claimed, places, own } = reading;
  const missing = transportsOf(reading).flatMap((one) => lacking(one) ?? []);
  return [
    `figure: ${figureText(figure)}`,
    `claimed: ${claimed.says}${toleranceText(reading)}`,
    ...(own ? [`the lab's own part: ${own.says}`] : []),
    ...places.map((place) => `on: ${labelOf(place.setup, "full")}${quickText(place)}`),
    ...missing,
  ];
}

/** What a quick run does instead. */
function quickText({ setup, fullOnly }: Place): string {
  if (fullOnly) return " (not with --quick)";
  const quick = labelOf(setup, "quick");
  return quick === labelOf(setup, "full") ? "" : ` (with --quick: ${quick})`;
}

function toleranceText({ figure, claimed: { tolerance = 1.1 } }: Measured): string {
  return figure.as === "none" || tolerance === 1 ? "" : `, within a factor of ${tolerance}`;
}
