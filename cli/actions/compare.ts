import { renderComparisonMarkdown } from "../../reports/formats/comparison-markdown.ts";
import { renderComparisonHtml } from "../../reports/html/compare-page.ts";
import { compareRuns, type RunComparison } from "../../reports/model/comparison.ts";
import { excused, regressions } from "../../reports/model/regressions.ts";
import { renderComparison } from "../../reports/terminal/comparison-text.ts";
import type { CompareFlags } from "../commands/compare.ts";
import { parseFailOn } from "../flags/expressions.ts";
import { assertSamePlan, namesOf, tell } from "../flags/rules.ts";
import { writeOut } from "../output/output-folder.ts";
import { htmlAssets, terminalOptions } from "../output/render.ts";
import { readResults } from "../output/results-file.ts";
import { usage } from "../process/failure.ts";

const RENDERERS: Record<NonNullable<CompareFlags["format"]>, (comparison: RunComparison) => string> = {
  text: (comparison) => renderComparison(comparison, terminalOptions()),
  md: renderComparisonMarkdown,
  html: (comparison) => renderComparisonHtml(comparison, htmlAssets()),
  json: (comparison) => `${JSON.stringify(comparison)}\n`,
};

/** Prints how run B differs from run A, or writes it to --out; exit code 1 when a figure got worse by more than --fail-on allows. */
export async function compare(fileA: string, fileB: string, flags: CompareFlags): Promise<void> {
  if (flags.json && flags.format !== undefined && flags.format !== "json")
    throw usage("choose one of --json and --format");
  const format = flags.json ? "json" : (flags.format ?? (flags.out?.endsWith(".html") ? "html" : "text"));
  const a = await readResults(fileA);
  const b = await readResults(fileB);
  const allowances = parseFailOn(flags.failOn ?? [], namesOf(a));
  const comparison = compareRuns(a, b);
  if (!flags.allow) assertSamePlan(comparison.differences, "A and B", "compare them anyway with --allow");
  await writeOut(flags.out, RENDERERS[format](comparison));
  tell(excused(allowances, a, b));
  if (tell(regressions(allowances, a, b))) process.exitCode = 1;
}
