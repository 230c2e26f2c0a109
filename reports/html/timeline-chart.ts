import { isClaim } from "../../harness/result/clock-claim.ts";
import type { Results, Trial } from "../../harness/result/result.ts";
import type { Cell } from "../model/cell.ts";
import { lookOf } from "../model/looks.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { faultName } from "../prose/fault-words.ts";
import { columnOf } from "../prose/format.ts";
import { axisTitle, type Chart, type Dataset, type Span, timeAxis } from "./chart.ts";
import { type Html, html } from "./html.ts";
import { transportName } from "./marks.ts";

/** With fewer intervals a line in time says nothing. */
const LEAST_INTERVALS = 3;
/** More points a line would only make the file larger. */
const MOST_POINTS = 120;

type Interval = NonNullable<Trial["metrics"]>["timeline"][number];

interface Line {
  readonly cell: Cell;
  readonly place: number;
  readonly trial: Trial;
  readonly intervals: readonly Interval[];
}

/** Median and slowest delivery of each second of one trial a transport, all of one block, with faults as marked spans; undefined of shorter trials. */
export function timelineChart({ name, cells }: ScenarioSummary, { trials }: Results): Chart | undefined {
  const block = blockOfMost(cells);
  const lines = cells.flatMap((cell): Line[] => {
    const place = cell.state === "completed" ? cell.places[cell.blockNumbers.indexOf(block)] : undefined;
    const trial = place === undefined ? undefined : trials[place];
    const metrics = trial?.metrics;
    const intervals =
      metrics && isClaim(metrics) ? metrics.timeline.filter((one) => (one.deliveryP50Us ?? 0) > 0) : [];
    return trial && place !== undefined && intervals.length >= LEAST_INTERVALS
      ? [{ cell, place, trial, intervals }]
      : [];
  });
  if (lines.length === 0) return undefined;
  const every = Math.ceil(Math.max(...lines.map(({ intervals }) => intervals.length)) / MOST_POINTS);
  const thin = lines.map((line) => ({ ...line, intervals: thinned(line.intervals, every) }));
  const all = thin.flatMap(({ intervals }) =>
    intervals.flatMap((one) => [one.deliveryP50Us ?? [], one.deliveryMaxUs ?? []].flat()),
  );
  const last = Math.max(
    ...lines.flatMap(({ intervals }) => intervals.map((one) => one.fromSeconds + one.seconds)),
  );
  const spans = spansOf(lines);
  const points = every > 1 ? ` Each point is the highest of ${every} intervals.` : "";
  return {
    title: "Delivery latency over time",
    caption: `Solid: median, dotted: slowest of the deliveries received in each interval of the trial, as it was, since a second has too few publishes for an estimate${block > 1 || lines.some(({ cell }) => cell.blockNumbers.length > 1) ? ` of block ${block}` : ""}.${spans.length > 0 ? " Grey: faults, from the first to the last transport's." : ""}${points} Logarithmic time since due.`,
    wide: true,
    height: 320,
    keys: [],
    table: timelineTable(name, cells, thin, every),
    spec: {
      type: "line",
      data: { datasets: thin.flatMap((line) => series(line, lookOf(line.cell.transport, cells), every)) },
      options: {
        scales: {
          x: { type: "linear", title: axisTitle("seconds since the measured time began"), min: 0, max: last },
          y: { type: "logarithmic", title: axisTitle("since the publish was due"), ...timeAxis(all) },
        },
        interaction: { mode: "nearest", intersect: false },
        plugins: { legend: { display: true, labels: { usePointStyle: true, boxHeight: 7 } } },
      },
      ...(spans.length > 0 ? { spans } : {}),
    },
  };
}

/** The block that most transports completed, the first of those. */
function blockOfMost(cells: readonly Cell[]): number {
  const blocks = cells
    .filter(({ state }) => state === "completed")
    .flatMap(({ blockNumbers }) => blockNumbers);
  const count = (block: number) => blocks.filter((one) => one === block).length;
  return [...new Set(blocks)].sort((a, b) => count(b) - count(a) || a - b)[0] ?? 1;
}

function thinned(intervals: readonly Interval[], every: number): Interval[] {
  if (every === 1) return [...intervals];
  const groups = Math.ceil(intervals.length / every);
  return Array.from({ length: groups }, (_, group) =>
    intervals.slice(group * every, (group + 1) * every),
  ).flatMap((some) => {
    const [first] = some;
    const highest = (key: "deliveryP50Us" | "deliveryMaxUs") => Math.max(...some.map((one) => one[key] ?? 0));
    if (!first) return [];
    return {
      ...first,
      deliveries: some.reduce((sum, one) => sum + one.deliveries, 0),
      deliveryP50Us: highest("deliveryP50Us"),
      deliveryMaxUs: highest("deliveryMaxUs"),
    };
  });
}

function series(
  { cell, place, intervals }: Line,
  { color, marker, hollow, dash }: ReturnType<typeof lookOf>,
  every: number,
): Dataset[] {
  const source = (key: "deliveryP50Us" | "deliveryMaxUs") => ({
    path: `timeline/*/${key}`,
    trials: String(place),
    rule: every === 1 ? "each" : `highest of ${every}`,
  });
  const of = (key: "deliveryP50Us" | "deliveryMaxUs") =>
    intervals.flatMap((one): (readonly [number, number])[] => {
      const value = one[key];
      return value === undefined || value <= 0 ? [] : [[one.fromSeconds, value]];
    });
  const shared = { borderColor: color, backgroundColor: hollow ? "transparent" : color, pointStyle: marker };
  return [
    {
      ...shared,
      label: cell.transport,
      data: of("deliveryP50Us"),
      source: source("deliveryP50Us"),
      borderDash: dash,
      borderWidth: 2,
      pointRadius: 3.5,
    },
    {
      ...shared,
      label: cell.transport,
      note: "slowest",
      data: of("deliveryMaxUs"),
      source: source("deliveryMaxUs"),
      borderDash: [2, 3],
      borderWidth: 1.5,
      pointRadius: 2,
      band: true,
    },
  ];
}

/** The n-th fault of every transport as one span: the same by the plan, a little apart by the transports' own clocks. */
function spansOf(lines: readonly Line[]): Span[] {
  const most = Math.max(...lines.map(({ trial }) => trial.metrics?.faults?.length ?? 0));
  return Array.from({ length: most }, (_, index) =>
    lines.flatMap(({ place, trial }) => {
      const fault = trial.metrics?.faults?.[index];
      return fault ? { ...fault, place, index } : [];
    }),
  ).flatMap((faults): Span | [] => {
    const [first] = faults;
    if (!first) return [];
    return {
      from: Math.min(...faults.map((one) => one.fromSeconds)),
      to: Math.max(...faults.map((one) => one.fromSeconds + one.seconds)),
      text: faultName(first.kind),
      source: {
        path: `faults/${first.index}`,
        trials: faults.map(({ place }) => place).join(","),
        rule: "from the first beginning to the last end",
      },
    };
  });
}

function timelineTable(name: string, cells: readonly Cell[], lines: readonly Line[], every: number): Html {
  const starts = [...new Set(lines.flatMap(({ intervals }) => intervals.map((one) => one.fromSeconds)))].sort(
    (a, b) => a - b,
  );
  const column = columnOf(
    "micros",
    lines.flatMap(({ intervals }) =>
      intervals.flatMap((one) => [one.deliveryP50Us ?? [], one.deliveryMaxUs ?? []].flat()),
    ),
  );
  // Of several intervals that became one, the first and the last.
  const path = (place: readonly [number, number] | undefined) =>
    place ? html` data-path="timeline/${place[0]}${every === 1 ? "" : `-${place[1]}`}"` : "";
  const caption = `Median and slowest delivery by interval in ${name}, ${column.suffix}`;
  return html`<p class="caption">${caption}</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="figures">
<thead><tr><th scope="col" class="n">from second</th>${lines.map(
    ({ cell, place }) =>
      html`<th scope="col" class="n" data-trials="${place}">${transportName(cell.transport, cells)}</th>`,
  )}</tr></thead>
<tbody data-rule="deliveryP50Us · deliveryMaxUs${every === 1 ? "" : ", the highest each"}">${starts.map(
    (start) => {
      const found = lines.map(({ intervals, trial }) => {
        const at = intervals.findIndex(({ fromSeconds }) => fromSeconds === start);
        return { one: intervals[at], place: at < 0 ? undefined : placeOf(intervals, at, trial) };
      });
      const common = found.find(({ one }) => one)?.place;
      return html`<tr${path(common)}><th scope="row" class="n">${start.toFixed(0)}</th>${found.map(
        ({ one, place }) =>
          one
            ? html`<td${String(place) === String(common) ? "" : path(place)}>${column.text(one.deliveryP50Us ?? 0)} · ${one.deliveryMaxUs === undefined ? "–" : column.text(one.deliveryMaxUs)}</td>`
            : html`<td>–</td>`,
      )}</tr>`;
    },
  )}</tbody></table></div>`;
}

/** Where the interval, or those that became this one, stand in the trial's time line: the first and the last. */
function placeOf(intervals: readonly Interval[], at: number, { metrics }: Trial): readonly [number, number] {
  const all = metrics?.timeline ?? [];
  const start = (one: Interval | undefined) =>
    all.findIndex(({ fromSeconds }) => fromSeconds === one?.fromSeconds);
  const next = intervals[at + 1];
  return [start(intervals[at]), (next ? start(next) : all.length) - 1];
}
