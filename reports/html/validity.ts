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
${summary.map(({ name, cells }) => metricTable(`${name}: what the generator added, and how busy everything was`, cells, metricsIn("circumstances"), "spread"))}
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

function troubles({ name, cells, replicate }: ScenarioSummary): string[] {
  return cells
    .filter((cell) => cell.problems.length > 0 || cell.state === "missing")
    .map((cell) => `${name}: ${trouble(cell, replicate)}`);
}

function notes({ name, cells, replicate }: ScenarioSummary): string[] {
  return cells.flatMap((cell) =>
    cell.notes.map(
      ({ text, blocks }) => `${name}, ${cell.transport}, ${blockList(blocks, replicate)}: ${text}`,
    ),
  );
}

/** What transports that ran have no figure for, and which transports; a saturated transport's latency was measured, and is void. */
function absences({ name, cells }: ScenarioSummary): string[] {
  const byGroup = new Map<string, string[]>();
  for (const cell of cells.filter((one) => one.blockNumbers.length > 0)) {
    for (const group of new Set(missing(cell).map((key) => METRICS[key].group.toLowerCase())))
      byGroup.set(group, [...(byGroup.get(group) ?? []), cell.transport]);
  }
  return [...byGroup].map(([group, transports]) => `${name}: ${group} on ${listed(transports)}`);
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
<p>Seed of the run: ${seed}. Within a launch or block every transport gets the same plan, checked by its SHA-256; if one did not, a warning above says so.</p>
<details><summary>Plans by launch or block</summary><div class="scroll" tabindex="0" role="region" aria-label="Plans by launch or block"><table>
<thead><tr><th scope="col">scenario</th><th scope="col" class="n">launch or block</th><th scope="col" class="n">seed</th><th scope="col">plan</th></tr></thead>
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
    ...(at.serverRuntime
      ? [
          [
            "servers ran on",
            `${at.serverRuntime.name} ${at.serverRuntime.version}`,
            "/environment/serverRuntime/name /environment/serverRuntime/version",
          ] as const,
        ]
      : []),
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
    ...(at.scrapes === undefined
      ? []
      : [["scrapes of metrics during the run", String(at.scrapes), "/environment/scrapes"] as const]),
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
how the values of several trials became one; in a trial that was measured in slices, the median delivery latency is at sliced/p50Us and the CPU per
delivery at sliced/cpuUsPerDelivery. An effect has a pair of trials for each launch instead (data-pairs); a picture's points have theirs in its data (source).
A figure in a sentence is a figure of its scenario's tables, or the ratio of two of them.</p><dl>${[
    ...byText,
  ].map(
    ([about, { name, keys }]) =>
      html`<dt>${keys.map((key) => html`<span id="metric-${key}"></span>`)}${name} <small class="paths">${pathsOf(keys)}</small></dt><dd>${about}</dd>`,
  )}
<dt id="definition-bytes">Parts of the bytes</dt><dd>Body: the notification's text. Envelope: the rest of the application's messages. Framing: what the transport adds to carry messages. Handshake: opening, following and closing. Heartbeats: signs of life and empty polls.</dd>
<dt>Launch and block</dt><dd>The repetitions of a run. A launch: fresh processes of all transports side by side, measured in short slices in a balanced order; its median and its CPU per delivery are means over the slices, on logarithms. A block: a trial in one piece of each transport, one after the other, in random order.</dd>
<dt>Value, interval and range</dt><dd>Each launch gives one value. From three on their geometric mean is shown with a 95 % t-interval on logarithms; of fewer, or where one is zero, their median and the range from lowest to highest. Percentiles are never averaged within a launch.</dd>
<dt>p99 and p99.9</dt><dd>Taken from the histograms of all launches merged, with the 95 % interval that the launches' own shares beyond it give (Woodruff). Shown only if at least 30 publishes of all launches together lie beyond it, for other percentiles in every launch: the deliveries of one publish are not independent.</dd>
<dt>Effect</dt><dd>The ratio of two transports, from an additive model of transport and launch on logarithms. What a launch has in common for all its transports, such as a busy machine, cancels out. The 95 % intervals hold for all pairs of that metric in that scenario at once (Sidak).</dd>
<dt>Verdict</dt><dd>Different: the interval excludes 1, and the effect is beyond 5 %. Practically equal: two one-sided tests put it within 5 %. Otherwise inconclusive. The 5 % are the same on every machine, however noisy. A pair needs three launches that both completed; with fewer it has no verdict. The number of further launches that would decide it is for a power of 80 %, if effect and noise are as they appear.</dd>
<dt>A/A band</dt><dd>How far a transport that ran under two names was from itself. An interval must be farther from 1 than that before a pair is called different; the band never makes a pair equal. Whether the two names can be told apart is tested by median delivery latency, CPU, memory and bytes of all scenarios together (Sidak), by each other metric alone.</dd>
<dt>Rank</dt><dd>The best rank is one more than the number of transports that are different and better; the worst leaves room for those that are different and worse. It is a range where the transport can't be told apart from others. Equality is not transitive: if A equals B, B equals C, and A differs from C, then A ranks 1–2, B 1–3 and C 2–3. Baselines and A/A controls are not ranked.</dd>
<dt>Ratio</dt><dd>The transport's value over the lowest of the scenario's completed transports; baselines do not count as the lowest.</dd>
</dl>`;
}

function pathsOf(keys: readonly MetricKey[]): string {
  return [...new Set(keys.flatMap((key) => pointerOf(METRICS[key]).split(" ")))].join(", ");
}
