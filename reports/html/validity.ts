import type { Results } from "../../harness/result/result.ts";
import { METRIC_KEYS, METRICS, type MetricKey, metricsIn } from "../metrics/catalogue.ts";
import { pointerOf } from "../metrics/metric.ts";
import type { Cell } from "../model/cell.ts";
import type { ScenarioSummary } from "../model/summary.ts";
import { quantity } from "../prose/format.ts";
import { blockList, trouble } from "../prose/sentences.ts";
import { listed } from "../prose/text.ts";
import { briefWarningsOf } from "../prose/warnings.ts";
import { type Html, html } from "./html.ts";
import { metricTable } from "./tables.ts";

/** Everything a sceptic needs: what went wrong, what was not measured, how it was made, how to make it again. */
export function validity(results: Results, summary: readonly ScenarioSummary[]): Html {
  return html`<section id="validity"><h2>Why to believe it</h2>
<p>Latency counts from the moment a publish was due by the plan, not from when it was sent, so that a generator or a server
that falls behind can't hide its queue.</p>
${list("What stands between these figures and a decision", briefWarningsOf(results))}
<span id="problems"></span>${list("Trials that are not in the figures, or only in part", summary.flatMap(troubles))}
${list("Notes of the trials", summary.flatMap(notes))}
${list("Not measured", summary.flatMap(absences))}
<h3>Load generator and machine</h3>
${summary.map(({ name, cells }) => metricTable(`${name}: what the generator added, how busy all were`, cells, metricsIn("circumstances"), "spread"))}
${plans(results)}
${environment(results)}
<h3 id="again">Run it again</h3>
<pre>${results.command}</pre>
${definitions()}
</section>`;
}

/** A longer list is folded behind its first items. */
const SHOWN = 6;

function list(title: string, items: readonly string[]): Html {
  const rows = items.map((one) => html`<li>${one}</li>`);
  const [first, rest] = [rows.slice(0, SHOWN), rows.slice(SHOWN)];
  return html`<h3>${title}</h3>${first.length > 0 ? html`<ul>${first}</ul>` : html`<p>None.</p>`}${
    rest.length > 0 ? html`<details><summary>${rest.length} more</summary><ul>${rest}</ul></details>` : ""
  }`;
}

function troubles({ name, cells }: ScenarioSummary): string[] {
  return cells
    .filter((cell) => cell.problems.length > 0 || cell.state === "missing")
    .map((cell) => `${name}: ${trouble(cell)}`);
}

function notes({ name, cells }: ScenarioSummary): string[] {
  return cells.flatMap((cell) =>
    cell.notes.map(({ text, blocks }) => `${name}, ${cell.transport}, ${blockList(blocks)}: ${text}`),
  );
}

/** What wires that ran have no figure for, and which wires; a saturated wire's latency was measured, and is void. */
function absences({ name, cells }: ScenarioSummary): string[] {
  const wires = new Map<string, string[]>();
  for (const cell of cells.filter((one) => one.blockNumbers.length > 0)) {
    for (const group of new Set(missing(cell).map((key) => METRICS[key].group.toLowerCase())))
      wires.set(group, [...(wires.get(group) ?? []), cell.transport]);
  }
  return [...wires].map(([group, transports]) => `${name}: ${group} on ${listed(transports)}`);
}

function missing({ figures, state }: Cell): MetricKey[] {
  const meant = METRIC_KEYS.filter((key) => !(METRICS[key].latency && state === "saturated"));
  return meant.filter((key) => figures[key].kind === "absent");
}

function plans({ trials, seed }: Results): Html {
  const rows = new Map(
    trials.map((one) => [JSON.stringify([one.scenario, one.block, one.planHash, one.seed]), one]),
  );
  const sorted = [...rows.values()].sort((a, b) => a.block - b.block);
  return html`<h3>Plans</h3>
<p>Seed of the run: ${seed}. Within a block every wire gets the plan of one SHA-256; a wire that did not is among the warnings above.</p>
<details><summary>Plans by block</summary><div class="scroll" tabindex="0" role="region" aria-label="Plans by block"><table>
<thead><tr><th scope="col">scenario</th><th scope="col" class="n">block</th><th scope="col" class="n">seed</th><th scope="col">plan</th></tr></thead>
<tbody>${sorted.map(
    (one) =>
      html`<tr><td>${one.scenario}</td><td class="n">${one.block + 1}</td><td class="n">${one.seed}</td><td><code>${one.planHash}</code></td></tr>`,
  )}</tbody></table></div></details>`;
}

function environment({ environment: at, startedAt, finishedAt, loadProcesses }: Results): Html {
  const rows: (readonly [name: string, value: string, path: string])[] = [
    ["started", startedAt, "/startedAt"],
    ["finished", finishedAt ?? "not finished", "/finishedAt"],
    ["notif-lab", at.notifLab, "/environment/notifLab"],
    ["Node.js", `${at.node} (V8 ${at.v8})`, "/environment/node /environment/v8"],
    [
      "system",
      `${at.platform} ${at.kernel}, ${at.arch}`,
      "/environment/platform /environment/kernel /environment/arch",
    ],
    ["CPU", `${at.cpuModel}, ${at.cpus} CPUs`, "/environment/cpuModel /environment/cpus"],
    ["memory", quantity("bytes", at.memoryBytes), "/environment/memoryBytes"],
    [
      "open files",
      at.openFilesLimit === null ? "unlimited or unknown" : String(at.openFilesLimit),
      "/environment/openFilesLimit",
    ],
    ["load average before", at.loadAverageBefore.toFixed(2), "/environment/loadAverageBefore"],
    ["clock", at.clock, "/environment/clock"],
    [
      "load average after",
      at.loadAverageAfter === null ? "not finished" : at.loadAverageAfter.toFixed(2),
      "/environment/loadAverageAfter",
    ],
    ["CPU governor", at.cpuGovernor ?? "none", "/environment/cpuGovernor"],
    ["CPU affinity", at.cpuAffinity, "/environment/cpuAffinity"],
    ["bytes on the wire", at.wireBytes, "/environment/wireBytes"],
    ["revision", at.gitRevision ?? "an installed package", "/environment/gitRevision"],
    ["load processes", String(loadProcesses), "/loadProcesses"],
    ...Object.entries(at.packages).map(
      ([name, version]) =>
        [name, version, `/environment/packages/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`] as const,
    ),
  ];
  return html`<h3 id="environment">Environment</h3><dl class="pairs">${rows.map(([name, value, path]) => html`<dt>${name}</dt><dd data-path="${path}">${value}</dd>`)}</dl>`;
}

function definitions(): Html {
  const byText = new Map<string, { name: string; keys: MetricKey[] }>();
  for (const key of METRIC_KEYS) {
    const { group, label, about } = METRICS[key];
    const named = byText.get(about);
    byText.set(about, {
      name: named ? `${named.name}, ${label}` : `${group}: ${label}`,
      keys: [...(named?.keys ?? []), key],
    });
  }
  return html`<h3 id="definitions">Definitions</h3><p>Every figure of results.json is defined in docs/metrics.md, the method in docs/method.md, the bytes in docs/bytes.md, all within the notif-lab package.
Where a figure stands in results.json is in the page's source beside it: data-path below /trials/N/metrics for every trial N of data-trials, and data-rule for
how the values of several trials became one. An effect has a pair of trials for each block instead (data-pairs); a picture's points have theirs in its data (source).
A figure in a sentence is one of its scenario's tables, or the ratio of two of them.</p><dl>${[...byText].map(
    ([about, { name, keys }]) =>
      html`<dt>${keys.map((key) => html`<span id="metric-${key}"></span>`)}${name} <small class="paths">${pathsOf(keys)}</small></dt><dd>${about}</dd>`,
  )}
<dt id="definition-bytes">Parts of the bytes</dt><dd>Body: the notification's text. Envelope: the rest of the application's messages. Framing: what the wire adds to carry messages. Handshake: opening, following and closing. Heartbeats: signs of life and empty polls.</dd>
<dt>Value, interval and range</dt><dd>Each trial gives one value. From three blocks on their geometric mean is shown with a 95 % t-interval on logarithms; of fewer, or where one is zero, their median and the range from lowest to highest. Samples of several trials are never pooled, percentiles never averaged within a block.</dd>
<dt>Effect</dt><dd>Of a pair of wires: the geometric mean of the ratios of their values in each block that both completed, with a 95 % t-interval. What a block has in common for all its wires, such as a busy machine, cancels out.</dd>
<dt>Verdict</dt><dd>Different: p under 0.05 by the sign-flip test, after Holm's correction over all pairs of that metric in that scenario, the effect beyond the margin, and its 95 % interval without 1. Tie: the 90 % interval of the effect lies within the margin. Else inconclusive, with the blocks that would tell if mean and spread stayed as they are. A pair with fewer than 10 common blocks is unranked.</dd>
<dt>Margin</dt><dd>5 %, or the A/A band where that is wider: how far a wire that ran under two names was from itself, by the farther end of the 90 % interval. Whether the two are told apart is judged with the least margin, by median delivery latency, CPU, memory and bytes of all scenarios together (Holm), by each other metric alone.</dd>
<dt>Rank</dt><dd>One more than the number of wires that are different and better; a range where the wire was not told from others. Wires connected by ties share their ranks. Floors and A/A twins have none.</dd>
<dt>Percentiles left out</dt><dd>A percentile is shown only if at least 30 publishes lie beyond it in every block: the deliveries of one publish are not independent.</dd>
<dt>Ratio</dt><dd>The wire's value over the lowest of the scenario's completed wires; tcp and loopback, the floors, set no mark.</dd>
</dl>`;
}

function pathsOf(keys: readonly MetricKey[]): string {
  return [...new Set(keys.flatMap((key) => pointerOf(METRICS[key]).split(" ")))].join(", ");
}
