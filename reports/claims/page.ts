import type { ClaimsDocument, Finding, PlaceFinding, ReadingFinding } from "../../claims/document.ts";
import type { Verdict } from "../../claims/verdict.ts";
import type { HtmlAssets } from "../html/document.ts";
import { type Html, html } from "../html/html.ts";
import { sheet } from "../html/sheet.ts";
import { commandsText, countsText, datedTitle, measuredText, roleText } from "./claim-words.ts";
import { ratioChart } from "./ratio-chart.ts";
import { agreeingText, atText, outcomeText, valueText } from "./words.ts";

/** A sign before each verdict, so that it survives print and colour blindness, and its class. */
const LOOKS: Record<Verdict, { readonly sign: string; readonly kind: string }> = {
  "holds here": { sign: "✓", kind: "better" },
  "holds under these conditions": { sign: "◐", kind: "state" },
  "contradicted here": { sign: "✕", kind: "worse" },
  "can't be told": { sign: "?", kind: "none" },
  "arithmetic wrong": { sign: "≠", kind: "worse" },
};

const STATES: Record<PlaceFinding["outcome"]["state"], string> = {
  holds: "agrees",
  contradicted: "does not agree",
  unclear: "not clear",
  void: "can't be told",
  "left out": "left out by --quick",
};

/** The page of verdicts, of one file that asks nothing of a network. */
export function renderClaimsHtml(document: ClaimsDocument, assets: HtmlAssets): string {
  const { findings, at, mode, machine, command } = document;
  return sheet(
    {
      title: "What guides say, tried here",
      head: html`<p class="lead">${countsText(findings)}</p>
<p class="quality">${machine}. A verdict is about this machine and what was measured on it, and about no other server, language or network. ${mode === "quick" ? "This was a quick run: fewer connections, blocks and places than without --quick." : ""}</p>`,
      main: html`${overview(findings)}
${findings.map((finding) => section(finding, command))}
<section id="reading"><h2>How to read it</h2>
<p>Each reading of a sentence is tried in the experiments named. “Agrees” and “does not agree” need the whole 95 % interval on one
side of what the sentence says, the shaded band of a chart; where it crosses an edge, or an experiment failed, there is no finding.
Where a sentence says that there is none of something, or how close blocks are to their mean, one block beyond is enough; of none in so
many, the share that may have been missed by chance is given. A kB is 1,000 bytes. What a standard or a test of the lab answers was not measured here.
A claim that agrees in only some places or readings holds under those conditions. So does one of which something was left open, which is named.
Of a sentence that says several things, its parts, all have to hold.</p></section>`,
      foot: `${commandsText(document)}, ${at}.`,
    },
    assets,
  );
}

function overview(findings: readonly Finding[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Verdicts"><table>
<thead><tr><th scope="col">claim</th><th scope="col">verdict</th><th scope="col">sentence</th></tr></thead>
<tbody>${findings.map(({ id, verdict, sentence }) => html`<tr><th scope="row"><a href="#${id}">${id}</a></th><td>${verdictMark(verdict)}</td><td class="wrap">${sentence}</td></tr>`)}</tbody></table></div>`;
}

function verdictMark(verdict: Verdict): Html {
  const { sign, kind } = LOOKS[verdict];
  return html`<span class="${kind}"><span aria-hidden="true">${sign}</span> ${verdict}</span>`;
}

function section(finding: Finding, command: string): Html {
  const { id, sentence, source, verdict, because, arithmetic, readings } = finding;
  const { address } = source;
  const measured = measuredText(finding, command);
  return html`<section id="${id}"><h2>${id}</h2>
<p class="answer">“${sentence}”</p>
<p><small>${datedTitle(source)}, ${address === undefined ? "no address" : html`<span class="source">${address}</span>`}</small></p>
<p class="lead">${verdictMark(verdict)}</p>
<p>${because}</p>
${arithmetic ? html`<p>Arithmetic: ${arithmetic.says}: ${arithmetic.text}.</p>` : ""}
${measured === undefined ? "" : html`<p><small>${measured}</small></p>`}
<div class="charts">${readings.map(readingFigure)}</div></section>
`;
}

function readingFigure(reading: ReadingFinding): Html {
  const { meaning, role, verdict, because, by, figure, claimed, unit = "x", agreeing = {}, places } = reading;
  return html`<figure><figcaption><h3>${roleText(reading, verdict)}: ${meaning}</h3><p>${verdictMark(verdict)}</p>
${figure === undefined ? "" : html`<p>${figure}; claimed: ${claimed}; agrees: ${agreeingText(unit, agreeing)}.</p>`}${figure === undefined || role !== "claim" ? html`<p>${because}</p>` : ""}${by === undefined ? "" : html`<p>Answered by ${by}.</p>`}</figcaption>
${ratioChart(reading) ?? ""}${places.length > 0 ? placesTable(reading) : ""}</figure>
`;
}

/** What the figures of a reading are, over their column. */
function figureHead({ parts, as }: Pick<ReadingFinding, "parts" | "as">): string {
  if (as === "spread") return "lowest to highest block";
  return as === "none" ? "lost" : `${parts.length > 0 ? "ratio" : "figure"} (95 %)`;
}

function placesTable({ places, parts, axis, unit = "x", as = "mean", meaning }: ReadingFinding): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${meaning}"><table>
<thead><tr><th scope="col">experiment</th>${parts.map(({ transport }) => html`<th scope="col" class="n">${transport}</th>`)}<th scope="col" class="n">${figureHead({ parts, as })}</th><th scope="col">says</th></tr></thead>
<tbody>${places.map(
    (place) =>
      html`<tr><th scope="row">${placeName(place, axis)}</th>${parts.map((part, index) => html`<td class="n">${valueText(part.unit, { value: place.parts[index] })}</td>`)}<td class="n">${outcomeText({ unit, as }, place.outcome)}</td><td class="wrap">${saidText(place.outcome)}</td></tr>`,
  )}</tbody></table></div>`;
}

function placeName({ experiment, at, scale }: PlaceFinding, axis: string | undefined): Html {
  const name =
    at === undefined || axis === undefined
      ? experiment
      : html`${atText(at, axis)}<br><small>${experiment}</small>`;
  return html`${name}${scale === undefined ? "" : html` <small>${scale}</small>`}`;
}

function saidText({ state, reason }: PlaceFinding["outcome"]): string {
  return state === "void" && reason !== undefined ? `${STATES[state]}: ${reason}` : STATES[state];
}
