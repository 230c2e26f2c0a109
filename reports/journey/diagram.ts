import type { Journey } from "../../harness/result/result.ts";
import { quantity } from "../prose/format.ts";
import type { Paint } from "./paint.ts";
import { PARTS, type PartBytes } from "./parts.ts";
import { type Act, type Arrow, actsOf } from "./view.ts";

/** Columns of an 80-column page: times, then the life lines of A, the server and B with room for messages between them. */
const TIME = 10;
const GAP = 33;

/** The journey as a sequence diagram in text, in lines of at most 79 characters. */
export function diagramOf(journey: Journey, paint: Paint): string[] {
  const { line } = paint.glyphs;
  const gap = " ".repeat(GAP);
  const heads = `${" ".repeat(TIME)}A${gap.slice(3)}server${gap.slice(3)}B`;
  const rest = `${" ".repeat(TIME)}${line}${gap}${line}${gap}${line}`;
  return [paint.strong(heads), ...actsOf(journey).flatMap((act) => [rest, ...actLines(act, paint)]), rest];
}

function actLines({ title, arrows, own }: Act, paint: Paint): string[] {
  const { line } = paint.glyphs;
  const text = ` [${title}]`;
  const filling = " ".repeat(Math.max(0, GAP - text.length));
  const heading = `${" ".repeat(TIME)}${line}${own ? paint.strong(text) : text}${filling}${line}${" ".repeat(GAP)}${line}`;
  return [heading, ...arrows.flatMap((arrow) => arrowLines(arrow, paint))];
}

function arrowLines(arrow: Arrow, paint: Paint): string[] {
  const { line } = paint.glyphs;
  const name = fitted(`${arrow.number} ${arrow.name}`, GAP - 2, paint.glyphs.more);
  const label = ` ${name}`.padEnd(GAP);
  const shaft = shaftOf(arrow, paint);
  const row = (time: string, own: string) =>
    arrow.segment.client === "a"
      ? `${time}${line}${own}${line}${" ".repeat(GAP)}${line}`
      : `${time}${line}${" ".repeat(GAP)}${line}${own}${line}`;
  const time = paint.soft(quantity("micros", arrow.sinceUs).padStart(TIME - 1));
  return [row(" ".repeat(TIME), label), row(`${paint.spelled(time)} `, shaft)];
}

/** "--- 76 B: B15 E55 F6 -->", as wide as the gap. */
function shaftOf({ segment, parts }: Arrow, paint: Paint): string {
  const { shaft, right, left } = paint.glyphs;
  const toServer = segment.direction === "in";
  const toRight = (segment.client === "a") === toServer;
  const count = `${segment.length.toLocaleString("en-US")} B: `;
  const width = ` ${count}${wordsOf(parts)} `.length;
  const free = Math.max(2, GAP - 1 - width);
  const text = ` ${count}${parts.map((one) => paint.part(one.part, wordsOf([one]))).join(" ")} `;
  const [before, behind] = [shaft.repeat(Math.ceil(free / 2)), shaft.repeat(Math.floor(free / 2))];
  return toRight ? `${before}${text}${behind}${right}` : `${left}${before}${text}${behind}`;
}

/** "B15 E55 F6": letters and bytes. */
function wordsOf(parts: readonly PartBytes[]): string {
  return parts.map(({ part, bytes }) => `${PARTS[part].letter}${bytes}`).join(" ");
}

function fitted(text: string, width: number, more: string): string {
  return text.length <= width ? text : text.slice(0, width - more.length) + more;
}
