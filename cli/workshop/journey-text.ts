import type { Journey } from "../../harness/result/result.ts";
import { diagramOf } from "../../reports/journey/diagram.ts";
import { paintFor } from "../../reports/journey/paint.ts";
import { PARTS, partsOf } from "../../reports/journey/parts.ts";
import { plain, wrapped } from "../../reports/prose/text.ts";
import type { TerminalOptions } from "../../reports/terminal/terminal.ts";
import { journeyTitle, messagesIn } from "../../workshop/journey-picture.ts";

/** What the diagram takes. */
const DIAGRAM_COLUMNS = 79;

/** A journey as a sequence diagram, as `notif-lab explain` has it; in words where the terminal is too narrow. */
export function journeyText(journey: Journey, { color, unicode, width }: TerminalOptions): string {
  const paint = paintFor({ color, unicode });
  const letters = partsOf(journey.segments).map(
    ({ part }) => `${PARTS[part].letter} ${part}: ${PARTS[part].about}`,
  );
  const lines =
    width >= DIAGRAM_COLUMNS
      ? [...diagramOf(journey, paint), wrapped(letters.join("; "), width)]
      : messagesIn(journey, paint.glyphs.arrow).map((line) => wrapped(line, width, "  "));
  return [wrapped(paint.spelled(plain(journeyTitle(journey))), width), "", ...lines].join("\n");
}
