import type { Journey } from "../../harness/result/result.ts";
import { plain, wrapped } from "../prose/text.ts";
import { diagramOf } from "./diagram.ts";
import { dumpOf } from "./dump.ts";
import { type Paint, paintFor } from "./paint.ts";
import { PARTS, partsOf } from "./parts.ts";
import { actsOf, notesOf, ownOf, routeOf } from "./view.ts";

const WIDTH = 79;

/** One transport's journey for a terminal: what to know, the sequence diagram, and the notification's own messages byte by byte. */
export function renderJourney(
  journey: Journey,
  options: { readonly color: boolean; readonly unicode: boolean },
): string {
  const paint = paintFor(options);
  const own = actsOf(journey).filter((act) => act.own);
  const lines = [
    paint.strong(`${plain(journey.transport)}: one notification from A to B, and its receipt back`),
    "",
    ...legend(journey, paint),
    "",
    ...diagramOf(journey, paint),
    "",
    paint.strong("The notification's own messages"),
    ...own.flatMap(({ arrows }) =>
      arrows.flatMap(({ number, segment, name }) => [
        "",
        wrapped(
          `${number}  ${routeOf(segment, paint.glyphs.arrow)}: ${paint.spelled(name)}, ${segment.length.toLocaleString("en-US")} bytes`,
          WIDTH,
          "   ",
        ),
        ...dumpOf(segment, paint),
      ]),
    ),
    "",
    ...notesOf(journey).map((note) => wrapped(paint.spelled(`- ${note}`), WIDTH, "  ")),
  ];
  return `${lines.join("\n")}\n`;
}

function legend(journey: Journey, paint: Paint): string[] {
  const all = partsOf(journey.segments);
  const own = new Map(partsOf(ownOf(journey)).map(({ part, bytes }) => [part, bytes]));
  const row = (name: string, bytes: string, mine: string, about: string) =>
    `  ${name}  ${bytes.padStart(7)}  ${mine.padStart(12)}  ${about}`;
  return [
    row("part        ", "bytes", "notification", ""),
    ...all.map(({ part, bytes }) =>
      row(
        paint.part(part, `${PARTS[part].letter} ${part.padEnd(10)}`),
        bytes.toLocaleString("en-US"),
        (own.get(part) ?? 0).toLocaleString("en-US"),
        PARTS[part].about,
      ),
    ),
    row(
      "  sum       ",
      all.reduce((sum, { bytes }) => sum + bytes, 0).toLocaleString("en-US"),
      [...own.values()].reduce((sum, bytes) => sum + bytes, 0).toLocaleString("en-US"),
      "TCP payload; right: publish to receipt",
    ),
  ].map((line) => line.trimEnd());
}
