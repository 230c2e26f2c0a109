import type { Journey } from "../harness/result/result.ts";
import { type Html, html } from "../reports/html/html.ts";
import { sequenceDiagram } from "../reports/html/journey-diagram.ts";
import { partsOf } from "../reports/journey/parts.ts";
import { actsOf, routeOf } from "../reports/journey/view.ts";
import { counted } from "../reports/prose/text.ts";

export function journeyTitle({ transport }: Journey): string {
  return `${transport}: from the publish to the receipt. A is Ann, B is Bob`;
}

/** What the diagram shows, in words: "1 A → server: text frame, 76 bytes". */
export function messagesIn(journey: Journey, arrow = "→"): string[] {
  return actsOf(journey).flatMap(({ arrows }) =>
    arrows.map(
      ({ number, segment, name }) =>
        `${number} ${routeOf(segment, arrow)}: ${name}, ${counted(segment.length, "byte")}`,
    ),
  );
}

/** The report's diagram of a journey with a legend below it. */
export function journeyPicture(journey: Journey): Html {
  const legend = partsOf(journey.segments).map(
    ({ part, bytes }) =>
      html`<span class="jp ${part} jkey"></span>${part} ${bytes.toLocaleString("en-US")} B; `,
  );
  const sum = journey.segments.reduce((total, { length }) => total + length, 0);
  return html`${sequenceDiagram(journey)}<p class="soft">Under each arrow its bytes: ${legend}${sum.toLocaleString("en-US")} B in all.</p>`;
}
