import type { Results } from "../../harness/result/result.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { answerOf } from "../prose/answer.ts";
import { qualityLine, ranSentence, titleOf } from "../prose/sentences.ts";
import { answerPicture } from "./answer-picture.ts";
import { type Html, html } from "./html.ts";

/** The first screen: the question, the answer in sentences and as a picture, how good the run was. */
export function overview(
  results: Results,
  summary: readonly ScenarioSummary[],
  { behindSheet = false }: { readonly behindSheet?: boolean } = {},
): Html {
  const title = titleOf(results);
  return html`<header id="answer">
${behindSheet ? html`<h2>${title}</h2>` : html`<h1>${title}</h1>`}
<div class="answer-grid"><div>
${answerOf(results, summary).map((sentence) => html`<p class="answer">${sentence}</p>`)}
<p class="quality" data-path="/blocks /trials/*/state /trials/*/metrics/processes/*/loopUtilization /environment">${qualityLine(results, summary)} · <a href="#validity">why to believe it</a></p>
<p class="ran" data-path="/transports /scenarios /blocks /trials">${ranSentence(results)}</p>
</div>${answerPicture(summary)}</div>
</header>`;
}

/** Links to every section, always in reach. */
export function navigation(
  summary: readonly ScenarioSummary[],
  anchors: ReadonlyMap<string, string>,
  sections: readonly (readonly [id: string, name: string])[],
): Html {
  const anchor = (id: string, name: string) => html`<a href="#${id}">${name}</a>`;
  const scenarios = summary.map(({ name }) => anchor(anchors.get(name) ?? "", name));
  return html`<a class="skip" href="#overview">Skip to the figures</a>
<nav aria-label="Sections"><div>${anchor("answer", "Answer")}${anchor("overview", "Matrix")}${scenarios}${sections.map(([id, name]) => anchor(id, name))}</div>
<button type="button" id="theme" hidden>Dark or light</button></nav>`;
}
