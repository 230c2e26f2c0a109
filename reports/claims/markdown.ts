import type { ClaimsDocument, Finding, ReadingFinding } from "../../claims/document.ts";
import { bullets, escaped } from "../formats/markdown.ts";
import { plain } from "../prose/text.ts";
import { commandsText, countsText, measuredText, roleText, sourceText } from "./claim-words.ts";

/** The page of verdicts as GitHub-flavoured Markdown. */
export function renderClaimsMarkdown(document: ClaimsDocument): string {
  const { findings, at, mode, machine, command } = document;
  return `${[
    "# Claims, tried here",
    escaped(countsText(findings)),
    bullets([
      `${at}, ${machine}`,
      `${commandsText(document)}${mode === "quick" ? " (a quick run: fewer connections, blocks and places)" : ""}`,
      "A verdict is about this machine and what was measured on it, and about no other server, language or network.",
    ]),
    [
      "| claim | verdict | sentence |",
      "| --- | --- | --- |",
      ...findings.map(
        ({ id, verdict, sentence }) => `| [${id}](#${id}) | **${verdict}** | ${escaped(plain(sentence))} |`,
      ),
    ].join("\n"),
    ...findings.flatMap((finding) => section(finding, command)),
  ].join("\n\n")}\n`;
}

function section(finding: Finding, command: string): string[] {
  const { id, sentence, source, verdict, because, arithmetic, readings } = finding;
  const measured = measuredText(finding, command);
  return [
    `## ${id}`,
    `> ${escaped(plain(sentence))}`,
    escaped(sourceText(source)),
    `**${verdict}.** ${escaped(plain(because))}`,
    ...(arithmetic ? [`Arithmetic: ${escaped(`${arithmetic.says}: ${arithmetic.text}.`)}`] : []),
    ...(measured === undefined ? [] : [escaped(plain(measured))]),
    ...(readings.length > 0 ? [bullets(readings.map(readingText))] : []),
  ];
}

function readingText(reading: ReadingFinding): string {
  const { meaning, verdict, because, by, places } = reading;
  const tried = [...new Set(places.map(({ experiment }) => experiment))];
  const how = tried.length > 0 ? ` Experiments: ${tried.join("; ")}.` : "";
  return `${roleText(reading, verdict)}: ${meaning}: ${verdict}. ${because}${how}${by ? ` Answered by ${by}.` : ""}`;
}
