import type { Results } from "../../harness/result/result.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { type Column, columnOf, quantity } from "../prose/format.ts";
import { axisTitle, type Chart } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";

type Entry = Results["anatomies"][number];
type Told = Exclude<Entry, { absent: string }>;

const PARTS = [
  { name: "body", color: "#1b6ca8", key: "bodyBytesPerDelivery" },
  { name: "envelope", color: "#67a9cf", key: "envelopeBytesPerDelivery" },
  { name: "compressed", color: "#7b6fb0", key: "compressedBytesPerDelivery" },
  { name: "framing", color: "#e08214", key: "framingBytesPerDelivery" },
  { name: "handshake", color: "#8c510a", key: "handshakeBytesPerDelivery" },
  { name: "heartbeats", color: "#999999", key: "heartbeatsBytesPerDelivery" },
] as const;

/** What the bytes of each transport are for, both directions together, as stacked bars with their table; undefined where none were known. */
export function breakdownChart({ anatomies }: Results, { name, cells }: ScenarioSummary): Chart | undefined {
  const own = cells.flatMap(({ transport }) =>
    anatomies.flatMap((one, place) =>
      one.scenario === name && one.transport === transport ? { one, place } : [],
    ),
  );
  const known = own.flatMap(({ one }) => ("absent" in one ? [] : one));
  if (own.length === 0) return undefined;
  const parts = PARTS.filter(({ key }) => known.some((one) => sumOf(one, key) > 0));
  const column = columnOf("bytes", known.map(totalOf));
  return {
    title: "Where the bytes go",
    caption:
      "TCP payload per delivery, both directions, with its share of publishes, acknowledgements and receipts. Counted byte by byte in a " +
      "separate pass with up to 20 users; the table above has the trials' own figure.",
    wide: false,
    height: 120 + 30 * known.length,
    keys: [],
    table: table(name, own, cells, anatomies, parts, column),
    spec: {
      type: "bar",
      data: {
        labels: known.map(({ transport }) => transport),
        datasets: parts.map(({ name: part, key, color }) => ({
          label: part,
          data: known.map((one) => sumOf(one, key) / column.size),
          texts: known.map((one) => `${one.transport}, ${part}: ${quantity("bytes", sumOf(one, key))}`),
          source: {
            path: known.map((one) => bothWays(anatomies.indexOf(one), [key])),
            rule: "sum",
          },
          backgroundColor: color,
          maxBarThickness: 22,
        })),
      },
      options: {
        indexAxis: "y",
        scales: {
          x: { type: "linear", title: axisTitle(column.suffix), min: 0, stacked: true },
          y: { type: "category", stacked: true },
        },
        plugins: { legend: { display: true, labels: { boxWidth: 12 } } },
      },
    },
  };
}

function table(
  name: string,
  own: readonly { readonly one: Entry; readonly place: number }[],
  cells: ScenarioSummary["cells"],
  anatomies: readonly Entry[],
  parts: readonly (typeof PARTS)[number][],
  { text, suffix }: Column,
): Html {
  const longest = Math.max(1, ...own.flatMap(({ one }) => ("absent" in one ? [] : totalOf(one))));
  const caption = `What a delivery's TCP payload is for in ${name}, ${suffix}`;
  return html`<p class="caption">${caption}. Handshake, once: opening one user's connection. Idle, an hour: derived from measured heartbeats at their
default pace, of one connection. <a href="#definition-bytes">Definitions</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table data-unit="${suffix}">
<thead><tr><th scope="col">transport</th><th scope="col" class="bars">in all</th>${parts.map(
    ({ name: part }) => html`<th scope="col" class="n"><span class="part ${part}"></span> ${part}</th>`,
  )}<th scope="col" class="n">sum</th><th scope="col" class="n">handshake, once</th><th scope="col" class="n">idle, an hour</th></tr></thead>
<tbody>${own.map(
    ({ one, place }) =>
      html`<tr><th scope="row">${transportName(one.transport, cells)}</th>${
        "absent" in one
          ? html`<td colspan="${parts.length + 4}">not known: ${one.absent}</td>`
          : rowOf(one, place, idleIn(anatomies, one.transport), parts, longest, text)
      }</tr>`,
  )}</tbody></table></div>`;
}

function rowOf(
  one: Told,
  place: number,
  idle: ReturnType<typeof idleIn>,
  parts: readonly (typeof PARTS)[number][],
  longest: number,
  text: (value: number) => string,
): Html {
  const handshake = one.handshakeBytesPerConnection;
  return html`<td class="bars"><span class="bar" aria-hidden="true">${parts.map(
    ({ name, key }) =>
      html`<span class="part ${name}" style="width:${((sumOf(one, key) / longest) * 100).toFixed(2)}%"></span>`,
  )}</span></td>${parts.map(
    ({ key }) => html`<td class="n"${summed(bothWays(place, [key]))}>${text(sumOf(one, key))}</td>`,
  )}<td class="n"${summed(
    bothWays(
      place,
      parts.map(({ key }) => key),
    ),
  )}>${text(totalOf(one))}</td>
<td class="n"${summed(inAndOut(place, "handshakeBytesPerConnection"))}>${text(handshake.in + handshake.out)}</td>${
    idle ? html`<td class="n"${summed(idle.path)}>${text(idle.bytes)}</td>` : html`<td class="n">–</td>`
  }`;
}

function summed(path: string): Html {
  return html` data-path="${path}" data-rule="sum"`;
}

/** The places of parts in both directions of the breakdown at `place`. */
function bothWays(place: number, keys: readonly string[]): string {
  return keys
    .flatMap((key) => ["in", "out"].map((way) => `/anatomies/${place}/perDelivery/${way}/${key}`))
    .join(" ");
}

/** The bytes of a connection and hour, and where they stand. Silence is looked at once a transport, whichever scenario came first. */
function idleIn(
  anatomies: readonly Entry[],
  transport: string,
): { readonly bytes: number; readonly path: string } | undefined {
  for (const [place, one] of anatomies.entries()) {
    if (one.transport !== transport || "absent" in one || one.idle.state === "absent") continue;
    const { in: received, out } = one.idle.derived.idleBytesPerConnectionHour;
    return { bytes: received + out, path: inAndOut(place, "idle/derived/idleBytesPerConnectionHour") };
  }
  return undefined;
}

function inAndOut(place: number, path: string): string {
  return ["in", "out"].map((way) => `/anatomies/${place}/${path}/${way}`).join(" ");
}

function sumOf({ perDelivery }: Told, key: (typeof PARTS)[number]["key"]): number {
  return perDelivery.in[key] + perDelivery.out[key];
}

function totalOf(one: Told): number {
  return PARTS.reduce((sum, { key }) => sum + sumOf(one, key), 0);
}
