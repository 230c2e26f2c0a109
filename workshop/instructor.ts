import type { HtmlAssets } from "../reports/html/document.ts";
import { type Html, html } from "../reports/html/html.ts";
import { sheet } from "../reports/html/sheet.ts";
import { durationText } from "../reports/prose/duration.ts";
import { listed } from "../reports/prose/text.ts";
import { answerText, inAskedUnit } from "./asked.ts";
import type { Block } from "./block.ts";
import { withExact } from "./evidence.ts";
import { type Figures, isSeen } from "./figures.ts";
import { journeyPicture, journeyTitle } from "./journey-picture.ts";
import type { Lesson, Prediction } from "./lesson.ts";
import { barsPicture, slidePicture } from "./pictures.ts";
import type { LessonRecord, WorkshopRecord } from "./record.ts";
import { OFTEN_SAID, revealBlocks } from "./run-lesson.ts";
import { standing } from "./standing.ts";

/** Of each quarter of an hour, in minutes; the machine's time is within the third. The second plan is of lessons that measure for long. */
const PARTS = ["read and draw", "predict, alone", "run, reveal, explain", "the question, and talk"] as const;
const [SHORT_PLAN, LONG_PLAN] = [
  [3, 3, 5, 4],
  [2, 3, 7, 3],
] as const;
const LONG_SECONDS = 100;
const MINUTES = 15;
/** After half of the lessons. */
const BREAK_MINUTES = 10;

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
      head: html`<p>${lessons.length} lessons of ${MINUTES} minutes: predict, run, reveal, explain, check. With a break of ${BREAK_MINUTES} minutes that makes ${lessons.length * MINUTES + BREAK_MINUTES} minutes. Figures are those of the last run on this machine${
        machines.length > 0 ? html` (${machines.join("; ")})` : "; lessons that were not run have none"
      }; your learners' machines have their own.</p>
<p>Let everybody write a prediction down before anything runs: people who have guessed want to know. Nobody has to guess right.</p>`,
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
    const half = lessons.length >> 1;
    const begin = index * MINUTES;
    const took = tookOf(lesson, record);
    const pause =
      index === half
        ? html`<tr><td>${clockText(begin)}</td><th scope="row">A break of ${BREAK_MINUTES} minutes</th><td></td><td></td></tr>`
        : "";
    const from = clockText(begin + (index < half ? 0 : BREAK_MINUTES));
    const time =
      took === undefined ? `about ${durationText(secondsOf(lesson))}` : `${durationText(took)} here`;
    return html`${pause}<tr><td>${from}</td><th scope="row">${lesson.number} ${lesson.title}</th><td>${lesson.teacher.aim}</td><td class="n">${time}</td></tr>`;
  })}</tbody></table></div>
<p>Each lesson: ${planText(SHORT_PLAN)}. ${longText(lessons, record, secondsOf)} The command is <code>notif-lab workshop NUMBER</code>, or <code>notif-lab workshop --page</code>.</p></section>`;
}

/** The machine's time in a lesson that has measured something: what ended at once says nothing of it. */
function tookOf({ number }: Lesson, { lessons }: WorkshopRecord): number | undefined {
  const own = lessons[String(number)];
  return Object.values(own?.figures ?? {}).some(isSeen) ? own?.seconds : undefined;
}

function clockText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function planText(minutes: typeof SHORT_PLAN | typeof LONG_PLAN): string {
  return PARTS.map((what, at) => `${what} ${minutes[at]} min`).join(", ");
}

/** How to divide the time of lessons in which the machine takes much of it. */
function longText(
  lessons: readonly Lesson[],
  record: WorkshopRecord,
  secondsOf: (lesson: Lesson) => number,
): string {
  const long = lessons.filter((one) => (tookOf(one, record) ?? secondsOf(one)) > LONG_SECONDS);
  if (long.length === 0) return "";
  const names = listed(long.map(({ number }) => String(number)));
  return `${long.length === 1 ? `Lesson ${names} measures` : `Lessons ${names} measure`} for longer: ${planText(LONG_PLAN)}. Talk about the slide while it runs.`;
}

/** What the run's figures depend on beside the machine: when it was, and what this learner has asked for. */
function runText({ settings = [] }: Lesson, { startedAt, finishedAt, answers }: LessonRecord): string {
  const said = settings.map(({ id, asks }) => `${asks} ${answerText(answers[id] ?? null)}.`);
  const when = `The last run was on ${(finishedAt ?? startedAt).slice(0, 10)}.`;
  return said.length === 0 ? when : `${when} Its answers, on which the order depends: ${said.join(" ")}`;
}

function lessonSection(
  lesson: Lesson,
  record: WorkshopRecord,
  seconds: number,
  command: (words: string) => string,
): Html {
  const { number, title, intro, predictions, teacher, check, further } = lesson;
  const own = record.lessons[String(number)];
  const figures = own?.figures && withExact(lesson, own.figures);
  const others = check.options.filter((_option, at) => at !== check.right);
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
${own && figures ? html`<p>${runText(lesson, own)}</p>` : ""}
${figures ? charts(lesson, figures) : ""}
${(own?.journeys ?? []).map((one) => html`<figure><figcaption>${journeyTitle(one)}</figcaption>${journeyPicture(one)}</figure>`)}
${[own?.short, own?.noise].map((doubt) => (doubt === undefined ? "" : html`<p>${doubt}</p>`))}
<h3>${OFTEN_SAID}</h3>
<table><thead><tr><th scope="col">prediction</th><th scope="col">what to answer</th></tr></thead>
<tbody>${teacher.wrong.map(({ says, answer }) => html`<tr><td>${says}</td><td>${answer}</td></tr>`)}</tbody></table>
<h3>To talk about</h3>
<ul>${teacher.discuss.map((one) => html`<li>${one}</li>`)}</ul>
<p><strong>The question at the end:</strong> ${check.asks} <em>${check.options[check.right] ?? ""}.</em> ${check.because} The other answers to choose from: ${others.map((one) => `"${one}"`).join("; ")}.</p>
<p>To go on: ${further.map(([command, what], index) => html`${index > 0 ? "; " : ""}<code>${command}</code> (${what})`)}.</p>
</section>`;
}

/** What was measured, without anybody's prediction. */
function expected(prediction: Prediction, figures: Figures): string {
  if (prediction.kind === "number") {
    const figure = figures[prediction.measure];
    return isSeen(figure)
      ? inAskedUnit(figure, prediction.unit)
      : `not measured: ${figure?.absent ?? "it was not run"}`;
  }
  const found = standing(prediction, figures);
  if ("absent" in found) return `not measured: ${found.absent}`;
  const names = found.best.join(" or ");
  switch (found.how) {
    case "alone":
      return names === "" ? "none: a requirement leaves out each of them" : names;
    case "equal":
      return `${names}, which are equal`;
    default:
      return found.best.length === 1
        ? `${names} by what was observed, which is not proven`
        : `${names}, which that run does not tell apart`;
  }
}

function charts(lesson: Lesson, figures: Figures): Html[] {
  return revealBlocks(lesson, {}, figures).flatMap((block: Block) =>
    block.kind === "bars" ? barsPicture(block.title, block.bars) : [],
  );
}
