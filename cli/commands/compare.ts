import { compareRuns, type RunComparison } from "../../reports/comparison.ts";
import { renderComparisonMarkdown } from "../../reports/comparison-markdown.ts";
import { renderComparison } from "../../reports/comparison-text.ts";
import { renderComparisonHtml } from "../../reports/html/compare-page.ts";
import { regressions } from "../../reports/regressions.ts";
import { parseChoice } from "../choices.ts";
import { parseFailOn } from "../expressions.ts";
import { usage } from "../failure.ts";
import { assertSamePlan, namesOf, tell } from "../gates.ts";
import { writeOut } from "../output-folder.ts";
import { htmlAssets, terminalOptions } from "../render.ts";
import { readResults } from "../results-file.ts";

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
