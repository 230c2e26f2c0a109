import type { Results } from "../../harness/result/result.ts";
import { renderTrendHtml } from "../../reports/html/trend-page.ts";
import { planDifferences, plannedRunOf } from "../../reports/model/plan-differences.ts";
import { trendOf } from "../../reports/model/trend.ts";
import { renderTrend } from "../../reports/terminal/trend-text.ts";
import type { TrendFlags } from "../commands/trend.ts";
import { assertSamePlan } from "../flags/rules.ts";
import { writeOut } from "../output/output-folder.ts";
import { htmlAssets, terminalOptions } from "../output/render.ts";
import { readResults } from "../output/results-file.ts";
import { usage } from "../process/failure.ts";

interface Run {
  readonly file: string;
  readonly results: Results;
}

/** Prints how the figures of one plan changed over several runs, or writes it to --out as a page. */
export async function trend(files: readonly string[], flags: TrendFlags): Promise<void> {
  if (flags.json && flags.out !== undefined) throw usage("choose one of --json and --out");
  if (files.length < 2) throw usage("a trend takes two results files or more; give those of several runs");
  const runs: Run[] = [];
  for (const file of files) runs.push({ file, results: await readResults(file) });
  assertDistinct(runs);
  if (!flags.allow) assertOnePlan(runs);
  const found = trendOf(runs.map(({ results }) => results));
  if (flags.out !== undefined) await writeOut(flags.out, renderTrendHtml(found, htmlAssets()));
  else if (flags.json) process.stdout.write(`${JSON.stringify(found)}\n`);
  else process.stdout.write(renderTrend(found, terminalOptions()));
}

/** The same run twice would look like proof that nothing changes. */
function assertDistinct(runs: readonly Run[]): void {
  const known = new Map<string, string>();
  for (const { file, results } of runs) {
    const other = known.get(results.startedAt);
    if (other !== undefined)
      throw usage(
        `${other} and ${file} are the same run, started at ${results.startedAt}; give each run once`,
      );
    known.set(results.startedAt, file);
  }
}

function assertOnePlan([first, ...others]: readonly Run[]): void {
  for (const { file, results } of others)
    if (first)
      assertSamePlan(
        planDifferences(plannedRunOf(first.results), plannedRunOf(results)),
        `${first.file} (A) and ${file} (B)`,
        "take them anyway with --allow",
      );
}
