import { renderComparisonMarkdown } from "../../reports/formats/comparison-markdown.ts";
import { renderComparisonHtml } from "../../reports/html/compare-page.ts";
import { compareRuns, type RunComparison } from "../../reports/model/comparison.ts";
import { regressions } from "../../reports/model/regressions.ts";
import { renderComparison } from "../../reports/terminal/comparison-text.ts";
import { parseChoice } from "../flags/choices.ts";
import { parseFailOn } from "../flags/expressions.ts";
import { assertSamePlan, namesOf, tell } from "../flags/gates.ts";
import { writeOut } from "../output/output-folder.ts";
import { htmlAssets, terminalOptions } from "../output/render.ts";
import { readResults } from "../output/results-file.ts";
import { usage } from "../process/failure.ts";

/** The flags of `compare` as commander hands them over. */
export interface CompareFlags {
  readonly allow?: boolean;
  readonly json?: boolean;
  readonly format?: string;
  readonly out?: string;
  readonly failOn?: readonly string[];
}

const FORMATS: readonly { readonly name: string; render(comparison: RunComparison): string }[] = [
  { name: "text", render: (comparison) => renderComparison(comparison, terminalOptions()) },
  { name: "md", render: renderComparisonMarkdown },
  { name: "html", render: (comparison) => renderComparisonHtml(comparison, htmlAssets()) },
  { name: "json", render: (comparison) => `${JSON.stringify(comparison)}\n` },
];

/** Prints how run B differs from run A, or writes it to --out; exit code 1 when a figure got worse by more than --fail-on allows. */
export async function compare(fileA: string, fileB: string, flags: CompareFlags): Promise<void> {
  if (flags.json && flags.format !== undefined && flags.format !== "json")
    throw usage("choose one of --json and --format");
  const named = flags.json ? "json" : (flags.format ?? (flags.out?.endsWith(".html") ? "html" : "text"));
  const hint = `there are ${FORMATS.map(({ name }) => name).join(", ")}`;
  const format = parseChoice("format", named, FORMATS, hint);
  const a = await readResults(fileA);
  const b = await readResults(fileB);
  const allowances = parseFailOn(flags.failOn ?? [], namesOf(a));
  const comparison = compareRuns(a, b);
  if (!flags.allow) assertSamePlan(comparison.differences, "A and B", "compare them anyway with --allow");
  await writeOut(flags.out, format.render(comparison));
  if (tell(regressions(allowances, a, b))) process.exitCode = 1;
}
