import type { HtmlAssets } from "../reports/html/document.ts";
import { type Html, html } from "../reports/html/html.ts";
import { sheet } from "../reports/html/sheet.ts";
import { durationText } from "../reports/prose/duration.ts";
import type { Block } from "./block.ts";
import { standing } from "./comparison.ts";
import { type Figures, isSeen, seenText } from "./figures.ts";
import type { Lesson, Prediction } from "./lesson.ts";
import { barsPicture, slidePicture } from "./pictures.ts";
import type { WorkshopRecord } from "./record.ts";
import { revealBlocks } from "./run-lesson.ts";

/** Of each quarter of an hour, in minutes; the machine's time is within the third. */
const PLAN = [
  ["read and draw", 3],
  ["predict, alone", 3],
  ["run, reveal, explain", 5],
  ["the question, and talk", 4],
] as const;
const MINUTES = PLAN.reduce((sum, [, minutes]) => sum + minutes, 0);

/** What a teacher holds in the hand: the plan, and for each lesson pictures, expected figures, wrong predictions and questions. */
export function renderInstructorPage(
  lessons: readonly Lesson[],
  record: WorkshopRecord,
  secondsOf: (lesson: Lesson) => number,
  assets: HtmlAssets,
  command = (words: string) => `notif-lab workshop ${words}`,
): string {
  const machines = [...new Set(Object.values(record.lessons).flatMap(({ machine }) => machine ?? []))];
  return sheet(
    {
      title: "How notifications travel: for the teacher",
      head: html`<p>${lessons.length} lessons of ${MINUTES} minutes: predict, run, reveal, explain, check. Figures are those of the last run on this machine${
        machines.length > 0 ? html` (${machines.join("; ")})` : "; lessons that were not run have none"
      }; your learners' machines have their own.</p>
<p>Let everybody write a prediction down before anything runs: who has guessed wants to know. Nobody has to guess right.</p>`,
      main: html`${plan(lessons, record, secondsOf)}${lessons.map((lesson) => lessonSection(lesson, record, secondsOf(lesson), command))}`,
      foot: "notif-lab workshop",
    },
    assets,
  );
}

function plan(
  lessons: readonly Lesson[],
  record: WorkshopRecord,
  secondsOf: (lesson: Lesson) => number,
): Html {
  return html`<section><h2>Plan</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Plan"><table><thead><tr><th scope="col">from</th><th scope="col">lesson</th><th scope="col">aim</th><th scope="col" class="n">machine time</th></tr></thead>
<tbody>${lessons.map((lesson, index) => {
    const begin = index * MINUTES;
    const clock = `${Math.floor(begin / 60)}:${String(begin % 60).padStart(2, "0")}`;
    const took = record.lessons[String(lesson.number)]?.seconds;
    const time =
      took === undefined ? `about ${durationText(secondsOf(lesson))}` : `${durationText(took)} here`;
    return html`<tr><td>${clock}</td><th scope="row">${lesson.number} ${lesson.title}</th><td>${lesson.teacher.aim}</td><td class="n">${time}</td></tr>`;
  })}</tbody></table></div>
<p>Each lesson: ${PLAN.map(([what, minutes]) => `${what} ${minutes} min`).join(", ")}. The command is <code>notif-lab workshop NUMBER</code>, or <code>notif-lab workshop --page</code>.</p></section>`;
}

function lessonSection(
  lesson: Lesson,
  record: WorkshopRecord,
  seconds: number,
  command: (words: string) => string,
): Html {
  const { number, title, intro, predictions, teacher, check, further } = lesson;
  const own = record.lessons[String(number)];
  const figures = own?.figures;
  return html`<section class="lesson"><h2>${number} ${title}</h2>
<p><strong>${teacher.aim}</strong></p>
${slidePicture(teacher.slide)}
${intro.map((one) => html`<p>${one}</p>`)}
<h3>Predictions, and what comes out</h3>
<table><thead><tr><th scope="col">question</th><th scope="col">expected, from this machine's last run</th></tr></thead>
<tbody>${predictions.map(
    (one) =>
      html`<tr><td>${one.asks}</td><td>${figures ? expected(one, figures) : `not run here yet: ${command(String(number))}`}</td></tr>`,
  )}</tbody></table>
<p>${lesson.running} About ${durationText(seconds)}.</p>
${figures ? charts(lesson, figures) : ""}
${[own?.short, own?.noise].map((doubt) => (doubt === undefined ? "" : html`<p>${doubt}</p>`))}
<h3>What people often say</h3>
<table><thead><tr><th scope="col">prediction</th><th scope="col">what to answer</th></tr></thead>
<tbody>${teacher.wrong.map(({ says, answer }) => html`<tr><td>${says}</td><td>${answer}</td></tr>`)}</tbody></table>
<h3>To talk about</h3>
<ul>${teacher.discuss.map((one) => html`<li>${one}</li>`)}</ul>
<p><strong>The question at the end:</strong> ${check.asks} <em>${check.options[check.right] ?? ""}.</em> ${check.because}</p>
<p>To go on: ${further.map(([command, what], index) => html`${index > 0 ? "; " : ""}<code>${command}</code> (${what})`)}.</p>
</section>`;
}

/** What was measured, without anybody's prediction. */
function expected(prediction: Prediction, figures: Figures): string {
  if (prediction.kind === "number") {
    const figure = figures[prediction.measure];
    return isSeen(figure) ? seenText(figure) : `not measured: ${figure?.absent ?? "it was not run"}`;
  }
  const found = standing(prediction, figures);
  if ("absent" in found) return `not measured: ${found.absent}`;
  return found.best.length === 1
    ? `${found.best[0]}`
    : `${found.best.join(" or ")}, which that run does not tell apart`;
}

function charts(lesson: Lesson, figures: Figures): Html[] {
  return revealBlocks(lesson, {}, figures).flatMap((block: Block) =>
    block.kind === "bars" ? barsPicture(block.title, block.bars) : [],
  );
}
