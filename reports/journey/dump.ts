import type { JourneySegment } from "../../harness/result/result.ts";
import { counted } from "../prose/text.ts";
import { asciiOf, hexOf, runsOf } from "./bytes.ts";
import type { Paint } from "./paint.ts";
import { type JourneyPart, PARTS } from "./parts.ts";

const ROW = 16;
/** Bytes of one message that are shown. */
const MOST = 512;

interface Cell {
  readonly hex: string;
  readonly text: string;
  readonly part: JourneyPart;
}

/** A segment's bytes, 16 a line in hex and text: coloured by part, or with the part's letter under every byte. */
export function dumpOf(segment: JourneySegment, paint: Paint): string[] {
  const cells = runsOf(segment).flatMap(({ raw, clear, part }) =>
    Array.from(
      raw,
      (_, index): Cell => ({
        hex: hexOf(raw.slice(index, index + 1)),
        text: asciiOf(clear.slice(index, index + 1), paint.glyphs.dot),
        part,
      }),
    ),
  );
  const lines: string[] = [];
  for (let at = 0; at < Math.min(cells.length, MOST); at += ROW) {
    const row = cells.slice(at, Math.min(at + ROW, MOST));
    const filling = "   ".repeat(ROW - row.length);
    const place = paint.soft(at.toString(16).padStart(4, "0"));
    const hex = row.map(({ hex: text, part }) => paint.part(part, text)).join(" ");
    lines.push(
      `  ${place}  ${hex}${filling}  ${row.map(({ text, part }) => paint.part(part, text)).join("")}`,
    );
    if (paint.color) continue;
    const letters = row.map(({ part }) => PARTS[part].letter);
    lines.push(`        ${letters.map((one) => `${one} `).join(" ")}${filling} ${letters.join("")}`);
  }
  const rest = segment.length - Math.min(cells.length, MOST);
  if (rest > 0) lines.push(`  ${counted(rest, "byte")} more`);
  return lines;
}
