import type { Results } from "../../harness/result.ts";
import { columnOf } from "../format.ts";
import type { ScenarioSummary } from "../summary.ts";
import { type Html, html } from "./html.ts";
import { wireName } from "./marks.ts";

type Entry = Results["anatomies"][number];
type Told = Exclude<Entry, { absent: string }>;

const PARTS = [
  { name: "body", key: "bodyBytesPerDelivery" },
  { name: "envelope", key: "envelopeBytesPerDelivery" },
  { name: "compressed", key: "compressedBytesPerDelivery" },
  { name: "framing", key: "framingBytesPerDelivery" },
  { name: "handshake", key: "handshakeBytesPerDelivery" },
  { name: "heartbeats", key: "heartbeatsBytesPerDelivery" },
] as const;

/** What the bytes of each wire are for, in both directions together, as stacked bars and as a table; nothing where none were told. */
export function anatomySection({ anatomies }: Results, { name, cells }: ScenarioSummary): Html | undefined {
  const own = cells.flatMap(({ transport }) =>
    anatomies.filter((one) => one.scenario === name && one.transport === transport),
  );
  const told = own.filter((one): one is Told => !("absent" in one));
  if (own.length === 0) return undefined;
  const parts = PARTS.filter(({ key }) => told.some((one) => sumOf(one, key) > 0));
  const column = columnOf("bytes", told.map(totalOf));
  const longest = Math.max(1, ...told.map(totalOf));
  const caption = `What a delivery's TCP payload is for in ${name}, bytes`;
  return html`<h3>Where the bytes go</h3>
<p class="caption">Per delivery, both directions, with its share of publishes, acknowledgements and receipts; told byte by byte in a pass of up to
20 users beside the trials, whose own figure is the TCP payload above. Handshake: opening one user's connection. Idle: derived from
measured heartbeats at their default pace, per connection and hour.</p>
<p class="key">${parts.map(({ name: part }) => html`<span class="part ${part}"></span>${part} `)}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr><th scope="col">wire</th><th scope="col" class="bars">in all</th>${parts.map(
    ({ name: part }) => html`<th scope="col" class="n">${part}</th>`,
  )}<th scope="col" class="n">sum</th><th scope="col" class="n">handshake, once</th><th scope="col" class="n">idle, an hour</th></tr></thead>
<tbody>${own.map(
    (one) =>
      html`<tr><th scope="row">${wireName(one.transport, cells)}</th>${
        "absent" in one
          ? html`<td colspan="${parts.length + 4}">not told: ${one.absent}</td>`
          : rowOf(one, idleOf(anatomies, one.transport), parts, longest, column.text)
      }</tr>`,
  )}</tbody></table></div>`;
}

function rowOf(
  one: Told,
  idle: number | undefined,
  parts: readonly (typeof PARTS)[number][],
  longest: number,
  text: (value: number) => string,
): Html {
  const handshake = one.handshakeBytesPerConnection;
  return html`<td class="bars"><span class="bar" aria-hidden="true">${parts.map(
    ({ name, key }) =>
      html`<span class="part ${name}" style="width:${((sumOf(one, key) / longest) * 100).toFixed(2)}%"></span>`,
  )}</span></td>${parts.map(({ key }) => html`<td class="n">${text(sumOf(one, key))}</td>`)}<td class="n">${text(totalOf(one))}</td>
<td class="n">${text(handshake.in + handshake.out)}</td><td class="n">${idle === undefined ? "–" : text(idle)}</td>`;
}

/** Bytes a connection and hour. Silence is looked at once a wire, whichever scenario came first. */
function idleOf(anatomies: readonly Entry[], transport: string): number | undefined {
  for (const one of anatomies) {
    if (one.transport !== transport || "absent" in one || one.idle.state === "absent") continue;
    const { in: received, out } = one.idle.derived.idleBytesPerConnectionHour;
    return received + out;
  }
  return undefined;
}

function sumOf({ perDelivery }: Told, key: (typeof PARTS)[number]["key"]): number {
  return perDelivery.in[key] + perDelivery.out[key];
}

function totalOf(one: Told): number {
  return PARTS.reduce((sum, { key }) => sum + sumOf(one, key), 0);
}
