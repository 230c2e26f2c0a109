import type { Journey } from "../../harness/result/result.ts";
import { type Act, type Arrow, actsOf, routeOf } from "../journey/view.ts";
import { type Html, html } from "./html.ts";

/** In units of the picture, which are pixels on a phone. */
const WIDTH = 340;
const LINES = { a: 20, server: 170, b: 320 } as const;
const HEAD = 26;
const ACT = 24;
const ARROW = 30;
/** Between a life line and what stands beside it. */
const INSET = 5;
/** Characters that fit between two life lines, the bytes at the other end with them. */
const LONGEST_LABEL = 22;

interface Placed<T> {
  readonly one: T;
  readonly y: number;
}

/** A transport's journey as a sequence diagram: time runs down, and under every arrow lie its bytes by part, all to one scale. */
export function sequenceDiagram(journey: Journey): Html {
  const acts = actsOf(journey);
  const longest = Math.max(...journey.segments.map(({ length }) => length));
  const titles: Placed<Act>[] = [];
  const arrows: Placed<Arrow>[] = [];
  let y = HEAD;
  for (const act of acts) {
    titles.push({ one: act, y: y + 16 });
    y += ACT;
    for (const arrow of act.arrows) {
      arrows.push({ one: arrow, y });
      y += ARROW;
    }
  }
  const height = y + 6;
  const label = `Sequence diagram of one notification on ${journey.transport}: ${arrows.length} messages between client A, the server and client B. The table below it says the same.`;
  return html`<svg class="sequence" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${Object.values(LINES).map((x) => html`<line class="life" x1="${x}" x2="${x}" y1="${HEAD - 4}" y2="${height}"/>`)}
${(["a", "server", "b"] as const).map((who) => {
  const wide = who === "server" ? 52 : 24;
  const name = who === "server" ? who : who.toUpperCase();
  return html`<rect class="head" x="${LINES[who] - wide / 2}" y="2" width="${wide}" height="20" rx="4"/><text x="${LINES[who]}" y="16" text-anchor="middle">${name}</text>`;
})}
${titles.map(({ one, y: at }) => html`<text class="act" x="${LINES.a + INSET}" y="${at}">${one.title}</text>`)}
${arrows.map(({ one, y: at }) => arrowPicture(one, at, longest))}
</svg>`;
}

function arrowPicture({ number, segment, name, parts }: Arrow, y: number, longest: number): Html {
  const [left, right] = segment.client === "a" ? [LINES.a, LINES.server] : [LINES.server, LINES.b];
  const toRight = (segment.client === "a") === (segment.direction === "in");
  const shaftY = y + 17;
  const tip = toRight ? `M${right} ${shaftY}l-7 -3.5v7z` : `M${left} ${shaftY}l7 -3.5v7z`;
  const scale = (right - left - 2 * INSET) / longest;
  let at = left + INSET;
  const bars = parts.map(({ part, bytes }) => {
    const x = at;
    at += bytes * scale;
    return html`<rect class="jp ${part}" x="${x.toFixed(1)}" y="${shaftY + 4}" width="${(bytes * scale).toFixed(1)}" height="5"/>`;
  });
  const words = parts.map(({ part, bytes }) => `${part} ${bytes}`).join(", ");
  const label = `${number} ${name}`;
  const count = `${segment.length.toLocaleString("en-US")} B`;
  const room = LONGEST_LABEL - count.length;
  const short = label.length > room ? `${label.slice(0, room - 1)}…` : label;
  return html`<g><title>${number}: ${routeOf(segment)}, ${name}, ${segment.length} bytes: ${words}</title><text x="${left + INSET}" y="${y + 12}">${short}</text><text x="${right - INSET}" y="${y + 12}" text-anchor="end">${count}</text><line class="shaft" x1="${left}" x2="${right}" y1="${shaftY}" y2="${shaftY}"/><path class="tip" d="${tip}"/>${bars}</g>
`;
}
