import { type Html, html } from "../reports/html/html.ts";
import { px } from "../reports/html/svg.ts";
import type { Bar } from "./block.ts";
import type { TeachersNotes } from "./lesson.ts";

const [WIDTH, BOX, GAP] = [900, 64, 34];
const LETTERS = 15;

/** A slide: boxes from left to right with arrows between, and what to say below. */
export function slidePicture({ title, boxes, below }: TeachersNotes["slide"]): Html {
  const each = (WIDTH - GAP * (boxes.length - 1)) / boxes.length;
  return html`<figure class="slide"><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${BOX + 50}" role="img" aria-label="${title}: ${boxes.join(", then ")}. ${below}">${boxes.map(
    (text, index) => {
      const x = index * (each + GAP);
      const lines = linesOf(text);
      return html`<rect x="${px(x)}" y="2" width="${px(each)}" height="${BOX}" rx="8" fill="none" stroke="currentColor" stroke-width="2"/>${lines.map(
        (line, at) =>
          html`<text x="${px(x + each / 2)}" y="${px(2 + BOX / 2 + 6 + (at - (lines.length - 1) / 2) * 20)}" text-anchor="middle" font-size="17" fill="currentColor">${line}</text>`,
      )}${index === 0 ? "" : html`<path d="M${px(x - GAP + 4)} ${2 + BOX / 2}H${px(x - 6)}m-7 -5l7 5l-7 5" fill="none" stroke="currentColor" stroke-width="2"/>`}`;
    },
  )}<text x="${WIDTH / 2}" y="${BOX + 36}" text-anchor="middle" font-size="18" fill="currentColor">${below}</text></svg></figure>`;
}

/** At a space, where a box is too narrow for one line. */
function linesOf(text: string): string[] {
  if (text.length <= LETTERS || !text.includes(" ")) return [text];
  const middle = text.length / 2;
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  const [cut = 0] = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return [text.slice(0, cut), text.slice(cut + 1)];
}

const [NAMES, ROOM, ROW] = [230, 380, 24];

/** Bars from zero with their intervals. */
export function barsPicture(title: string, bars: readonly Bar[]): Html {
  const most = Math.max(1e-9, ...bars.map(({ value = 0, high = value }) => high));
  const at = (value: number) => px(NAMES + (value / most) * ROOM);
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${ROW * bars.length}" role="img" aria-label="${title}: ${bars.map(({ name, text }) => `${name} ${text}`).join("; ")}">${bars.map(
    ({ name, value, low, high, text }, index) => {
      const y = index * ROW;
      return html`<text x="${NAMES - 8}" y="${y + 16}" text-anchor="end" font-size="14" fill="currentColor">${name}</text>${
        value === undefined
          ? ""
          : html`<rect x="${NAMES}" y="${y + 5}" width="${px((value / most) * ROOM)}" height="${ROW - 10}" fill="var(--fill)"/>`
      }${low === undefined || high === undefined ? "" : html`<path d="M${at(low)} ${y + 12}H${at(high)}" stroke="currentColor" stroke-width="2"/>`}<text x="${NAMES + ROOM + 10}" y="${y + 16}" font-size="14" fill="currentColor">${text}</text>`;
    },
  )}</svg></figure>`;
}
