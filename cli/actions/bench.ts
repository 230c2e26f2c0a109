import { existsSync } from "node:fs";
import { join } from "node:path";
import type { AgentPool } from "../../harness/agents/pool.ts";
import type { Results } from "../../harness/result/result.ts";
import { run } from "../../harness/run/run.ts";
import { renderComparisonHtml } from "../../reports/html/compare-page.ts";
import { renderHtml } from "../../reports/html/page.ts";
import { renderComparison } from "../../reports/terminal/comparison-text.ts";
import { renderTerminal } from "../../reports/terminal/terminal.ts";
import type { BenchFlags } from "../commands/bench.ts";
import { openAgents } from "../flags/agent-flags.ts";
import { type BenchPlan, planBench } from "../flags/bench-plan.ts";
import { browserOf, pageClients } from "../flags/browser-flags.ts";
import { assertOwnRedis } from "../flags/engines-needed.ts";
import { groupsOf } from "../flags/memory.ts";
import { assertFilesSuffice } from "../flags/open-files.ts";
import { planResumed } from "../flags/resumed-plan.ts";
import { prepareRules, tell } from "../flags/rules.ts";
import { openLiveView } from "../live/open.ts";
import { exitCodeOf } from "../output/exit-code.ts";
import { type OutputFolder, openOutputFolder, setAside } from "../output/output-folder.ts";
import { preparationCache } from "../output/preparation-cache.ts";
import { htmlAssets, terminalOptions } from "../output/render.ts";
import { parseFormats, writeReports } from "../output/report-files.ts";
import { readResults } from "../output/results-file.ts";
import { findBuild } from "../own/other-build.ts";
import { readOwn } from "../own/own.ts";
import { commandLine } from "../process/command-line.ts";
import { usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { createProgress } from "../progress/progress.ts";
import type { RunMetrics } from "../service/run-metrics.ts";
import { metricsPort } from "../service/settings.ts";

/** The other build's results, and the page that compares the two. */
const AGAINST = "against.json";
const COMPARED = "compare.html";

/**
 * Runs the plan of the flags, writes results after every trial and reports at the end, and prints the comparison. `words` are the
 * flags that were not typed but set by a file.
 */
export async function bench(flags: BenchFlags, words: readonly string[]): Promise<void> {
  const resumed =
    flags.resume === undefined ? undefined : await readResults(join(flags.resume, "results.json"));
  const against = await findBuild(flags);
  if (against && (resumed || flags.baseline !== undefined))
    throw usage(`--against goes with neither --resume nor --baseline; leave one of them out`);
  const own = { ...(await readOwn(flags)), ...(against ? { against } : {}) };
  const plan = resumed ? planResumed(flags, resumed, own) : planBench(flags, own);
  // The results themselves are written after every trial anyway.
  const formats = parseFormats(flags.format).filter(({ name }) => name !== "json");
  assertFilesSuffice(plan);
  await assertOwnRedis(plan.scenarios);
  const browser = browserOf(flags, pageClients(flags) ?? resumed?.browser?.connections, (line) =>
    process.stderr.write(`${line}\n`),
  );
  const metrics = await openMetrics(flags);
  const { groups, line } = groupsOf(plan);
  const rules = await prepareRules(flags, plan);
  const folder = await openOutputFolder(flags.resume ?? flags.out ?? join("notif-lab-results", timestamp()));
  const silent = flags.quiet || flags.json;
  if (!resumed) {
    const kept = await setAside(folder.path, "results.json", timestamp());
    if (kept && !silent) process.stderr.write(`an earlier run's results are kept as ${kept}\n`);
  }

  if (resumed && existsSync(join(folder.path, AGAINST)))
    throw usage("this run measured two builds, which can't be continued; start it again with --against");
  const command = resumed?.command ?? commandLine(words);
  if (line && !silent) process.stderr.write(`${line}\n`);
  const cache = flags.cache === false ? undefined : preparationCache();
  const live = await openLiveView(flags, command, namesIn(plan));
  try {
    const interruption = onInterruption();
    const progress = silent ? undefined : createProgress(process.stderr, namesIn(plan));
    const { agents: choice, ...ofPlan } = plan;
    let agents: AgentPool | undefined;
    let results: Results;
    let ofBuild: Results | undefined;
    try {
      const say = (line: string) => silent || process.stderr.write(`${line}\n`);
      agents = choice && (await openAgents(choice, say));
      results = await run(
        {
          ...ofPlan,
          ...(agents ? { agents } : {}),
          groups,
          command,
          ...(cache ? { cache } : {}),
          ...(browser ? { browser } : {}),
          ...(resumed ? { resumed } : {}),
          ...(metrics ? { fleet: metrics.fleet } : {}),
        },
        {
          onResults: (current) => folder.write("results.json", `${JSON.stringify(current, null, 1)}\n`),
          onAgainst: (current) => {
            ofBuild = current;
            return folder.write(AGAINST, `${JSON.stringify(current, null, 1)}\n`);
          },
          onProgress: (event) => {
            progress?.update(event);
            live?.update(event);
          },
        },
        interruption.signal,
      );
    } finally {
      await agents?.close();
      progress?.stop();
      interruption.dispose();
    }
    const compared = rules.against(results.finishedAt ? ofBuild : undefined);
    const reports = await writeReports(folder, formats, results, compared.rules);
    print(results, flags, folder, reports);
    await live?.finish(
      {
        finished: results.finishedAt !== undefined,
        report: join(folder.path, "report.html"),
        results: join(folder.path, "results.json"),
      },
      live ? renderHtml(results, htmlAssets()) : "",
    );
    process.exitCode = exitCodeOf(results);
    if (!results.finishedAt) {
      if (ofBuild && !silent)
        process.stderr.write(
          `what there is of both builds: notif-lab compare ${join(folder.path, AGAINST)} ${join(folder.path, "results.json")}\n`,
        );
      return;
    }
    const comparison = compared.comparison(results);
    if (comparison && ofBuild) await folder.write(COMPARED, renderComparisonHtml(comparison, htmlAssets()));
    if (comparison && !silent) process.stdout.write(`\n${renderComparison(comparison, terminalOptions())}`);
    if (ofBuild && !silent) process.stdout.write(`Compared ${join(folder.path, COMPARED)}\n`);
    tell(compared.excuses(results));
    if (tell(compared.objections(results))) process.exitCode = 1;
  } finally {
    await live?.close();
    await metrics?.close();
  }
}

/** Where Prometheus asks, told on stderr; what it takes is loaded only with `--metrics`. */
async function openMetrics({ metrics, target, broker }: BenchFlags): Promise<RunMetrics | undefined> {
  if (metrics === undefined) return undefined;
  const port = metricsPort(metrics);
  const other = target !== undefined ? "--target" : broker !== undefined ? "--broker" : undefined;
  if (other !== undefined)
    throw usage(`--metrics tells of the lab's own servers, and ${other} measures another; leave one out`);
  const opened = await (await import("../service/run-metrics.ts")).openRunMetrics(port);
  process.stderr.write(`Metrics    ${opened.url}/metrics\n`);
  return opened;
}

function namesIn({ transports }: BenchPlan): string[] {
  return transports.map(({ name }) => name);
}

function print(results: Results, flags: BenchFlags, folder: OutputFolder, reports: readonly string[]): void {
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(results)}\n`);
    return;
  }
  if (!flags.quiet) {
    process.stdout.write(renderTerminal(results, terminalOptions()));
  }
  const again = results.finishedAt
    ? ""
    : `\nInterrupted; go on with: notif-lab bench --resume ${folder.path}`;
  const paths = reports.map((path) => `Report   ${path}\n`).join("");
  process.stdout.write(`${paths}Results  ${join(folder.path, "results.json")}${again}\n`);
}

function timestamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(":", "-");
}
