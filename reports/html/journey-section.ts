import type { Journey, JourneySegment, Results } from "../../harness/result/result.ts";
import { type JourneyPart, PARTS, partsOf } from "../journey/parts.ts";
import { actsOf, notesOf, ownOf, routeOf } from "../journey/view.ts";
import { type Shown, shownOf } from "../model/looks.ts";
import { quantity } from "../prose/format.ts";
import { counted } from "../prose/text.ts";
import { type Html, html } from "./html.ts";
import { byteTable } from "./journey-bytes.ts";
import { sequenceDiagram } from "./journey-diagram.ts";
import { transportName } from "./marks.ts";

/** One notification on each transport, from a recorded exchange: who said what, and what every byte of it was for. */
export function journeySection(results: Results): Html {
  const { journeys: recorded = [], transports } = results;
  const journeys = transports.flatMap((name) => recorded.filter(({ transport }) => transport === name));
  const recordedOnes = journeys.filter((one): one is Journey => !("absent" in one));
  const shown = shownOf(
    recordedOnes.map(({ transport }) => transport),
    results,
  );
  const absent = journeys.flatMap((one) => ("absent" in one ? [one] : []));
  return html`<section id="journey"><h2>One notification's journey</h2>
${
  journeys.length === 0
    ? html`<p>These results hold no recorded journey: they are of an older notif-lab, or no transport came to be measured. "notif-lab explain" records and shows one at once, and a new run keeps one of each transport.</p>`
    : html`<p>A publishes one notification to B, B marks it as read, and A gets the receipt. Recorded once on each transport between the clients and the server, every byte explained; not part of any measurement.</p>`
}
${recordedOnes.length > 0 ? overviewTable(recordedOnes, recorded, shown) : undefined}
${absent.map(({ transport, absent: reason }) => html`<p>${transport}: not recorded: ${reason}</p>`)}
${recordedOnes.map((journey, index) => transportJourney(journey, index, shown, `/journeys/${recorded.indexOf(journey)}/segments`))}
</section>`;
}

function overviewTable(
  journeys: readonly Journey[],
  recorded: NonNullable<Results["journeys"]>,
  shown: readonly Shown[],
): Html {
  const all = partsOf(journeys.flatMap(({ segments }) => segments)).map(({ part }) => part);
  const own = all.filter((part) => journeys.some((one) => bytesOf(ownOf(one), part) > 0));
  const caption = "TCP payload bytes from publish to receipt, both directions, by what they are for";
  return html`<p class="caption">${caption}. ${own.map((part) => html`<span class="jp ${part} jkey"></span>${part}: ${PARTS[part].about}. `)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">transport</th><th scope="col" class="n">messages</th>${own.map((part) => html`<th scope="col" class="n">${part}</th>`)}<th scope="col" class="n">sum</th><th scope="col" class="n">with opening and closing</th></tr></thead>
<tbody>${journeys.map((journey) => {
    const segments = ownOf(journey);
    return html`<tr data-path="/journeys/${recorded.indexOf(journey)}/segments" data-rule="lengths of spans"><th scope="row">${transportName(journey.transport, shown)}</th><td class="n">${segments.length}</td>${own.map((part) => html`<td class="n">${bytesOf(segments, part).toLocaleString("en-US")}</td>`)}<td class="n">${lengthOf(segments).toLocaleString("en-US")}</td><td class="n">${lengthOf(journey.segments).toLocaleString("en-US")}</td></tr>`;
  })}</tbody></table></div>`;
}

function transportJourney(journey: Journey, index: number, shown: readonly Shown[], path: string): Html {
  const acts = actsOf(journey);
  const own = acts.filter((act) => act.own).flatMap(({ arrows }) => arrows);
  const other = acts.filter((act) => !act.own).flatMap(({ arrows }) => arrows);
  const summary = html`${transportName(journey.transport, shown)}: ${counted(own.length, "message")}, ${counted(lengthOf(ownOf(journey)), "byte")} from publish to receipt`;
  return html`<details class="journey" id="journey-${index + 1}"${index === 0 ? html` open` : undefined}><summary>${summary}</summary>
<div class="journey-views"><div>${sequenceDiagram(journey)}
<p class="caption">Under each arrow its bytes, to one scale: ${partsOf(journey.segments).map(({ part, bytes }) => html`<span class="jp ${part} jkey"></span>${PARTS[part].letter} ${part} ${bytes.toLocaleString("en-US")} B; `)}${lengthOf(journey.segments).toLocaleString("en-US")} B in all.</p>
${messageTable(journey, path)}
<ul class="caption">${notesOf(journey).map((note) => html`<li>${note}</li>`)}</ul></div>
<div><h3>The notification's own messages</h3>
${own.map(byteTable)}
<details><summary>Opening and closing: ${counted(other.length, "message")}</summary>
${other.map(byteTable)}</details></div></div></details>
`;
}

/** What the picture shows, in words. */
function messageTable(journey: Journey, path: string): Html {
  const caption = `The messages of one notification on ${journey.transport}`;
  return html`<details><summary>Table</summary><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col" class="n">no.</th><th scope="col">from and to</th><th scope="col">what</th><th scope="col" class="n">in its step</th><th scope="col">bytes</th></tr></thead>
<tbody>${actsOf(journey).map(
    ({ title, arrows }) =>
      html`<tr><th scope="rowgroup" colspan="5">${title}</th></tr>${arrows.map(
        ({ number, segment, name, sinceUs, parts }) => {
          const words = parts.map(({ part, bytes }) => `${part} ${bytes.toLocaleString("en-US")}`).join(", ");
          return html`<tr data-path="${path}/${number - 1}"><td class="n">${number}</td><td>${routeOf(segment)}</td><td>${name}</td><td class="n">${quantity("micros", sinceUs)}</td><td>${words}</td></tr>`;
        },
      )}`,
  )}</tbody></table></div></details>`;
}

function bytesOf(segments: readonly JourneySegment[], part: JourneyPart): number {
  return partsOf(segments).find((one) => one.part === part)?.bytes ?? 0;
}

function lengthOf(segments: readonly JourneySegment[]): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}
