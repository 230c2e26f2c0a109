import type { Claim } from "../../claims/claim.ts";
import type { ClaimsDocument } from "../../claims/document.ts";
import type { Verdict } from "../../claims/verdict.ts";
import { counted, plain, wrapped } from "../prose/text.ts";
import { ascii, inks } from "../terminal/ink.ts";
import type { TerminalOptions } from "../terminal/terminal.ts";
import { countsText, datedTitle } from "./claim-words.ts";

const ID_WIDTH = 23;

function finished(lines: readonly string[], { unicode }: TerminalOptions): string {
  const text = lines.join("\n");
  return `${(unicode ? text : ascii(text)).replace(/ +$/gm, "")}\n`;
}

/** Every claim with its sentence, and the verdict where there is one. */
export function renderClaimList(
  claims: readonly Claim[],
  found: ClaimsDocument | undefined,
  options: TerminalOptions,
): string {
  const { dim, bold } = inks(options.color);
  const indent = " ".repeat(ID_WIDTH);
  const lines = claims.flatMap(({ id, sentence, source }) => {
    const verdict = found?.findings.find((one) => one.id === id)?.verdict;
    const text = wrapped(plain(sentence), options.width - ID_WIDTH).replaceAll("\n", `\n${indent}`);
    const whose = wrapped(datedTitle(source), options.width - ID_WIDTH).replaceAll("\n", `\n${indent}`);
    return [
      `${bold(id.padEnd(ID_WIDTH))}${text}`,
      `${indent}${dim(whose)}`,
      ...(verdict === undefined ? [] : [`${indent}${inked(verdict, options)}`]),
    ];
  });
  return finished(
    [
      ...lines,
      "",
      wrapped(
        `${counted(claims.length, "claim")}. notif-lab claims show ID tells what a claim would have to mean, notif-lab claims run ID tries it.`,
        options.width,
      ),
      ...(found === undefined ? [] : [wrapped(plain(whoseText(found)), options.width)]),
    ],
    options,
  );
}

/** Of which run, when and where the verdicts of a list are. */
function whoseText({ mode, at, machine }: ClaimsDocument): string {
  const run = mode === "quick" ? "quick runs (--quick)" : "whole runs";
  return `Verdicts are those of ${run}, the last at ${at.slice(0, 16).replace("T", " ")} UTC, on ${machine}.`;
}

/** The verdicts, one claim after the other, each with its figures. */
export function renderClaims({ findings, mode, machine }: ClaimsDocument, options: TerminalOptions): string {
  const { bold, dim } = inks(options.color);
  const prose = (text: string, indent = "  ") =>
    `${indent}${wrapped(plain(text), options.width - indent.length).replaceAll("\n", `\n${indent}`)}`;
  return finished(
    [
      bold(wrapped(`Claims, tried here${mode === "quick" ? " (--quick)" : ""}`, options.width)),
      dim(wrapped(plain(machine), options.width)),
      ...findings.flatMap((finding) => [
        "",
        `${bold(finding.id)}  ${inked(finding.verdict, options)}`,
        prose(`"${finding.sentence}"`),
        ...(finding.arithmetic
          ? [prose(`Arithmetic: ${finding.arithmetic.says}: ${finding.arithmetic.text}.`)]
          : []),
        prose(finding.because),
      ]),
      "",
      wrapped(countsText(findings), options.width),
    ],
    options,
  );
}

function inked(verdict: Verdict, { color }: TerminalOptions): string {
  const { green, red, yellow, dim } = inks(color);
  const ink = {
    "holds here": green,
    "holds under these conditions": yellow,
    "contradicted here": red,
    "can't be told": dim,
    "arithmetic wrong": red,
  }[verdict];
  return ink(verdict);
}
