import { compareRuns, type RunComparison } from "../../reports/comparison.ts";
import { renderComparisonMarkdown } from "../../reports/comparison-markdown.ts";
import { renderComparison } from "../../reports/comparison-text.ts";
import { regressions } from "../../reports/regressions.ts";
import { parseChoice } from "../choices.ts";
import { parseFailOn } from "../expressions.ts";
import { usage } from "../failure.ts";
import { assertSamePlan, namesOf, tell } from "../gates.ts";
import { terminalOptions } from "../render.ts";
import { readResults } from "../results-file.ts";

/** The flags of `compare` as commander hands them over. */
export interface CompareFlags {
  readonly allow?: boolean;
  readonly json?: boolean;
  readonly format?: string;
  readonly failOn?: readonly string[];
}

const FORMATS: readonly { readonly name: string; render(comparison: RunComparison): string }[] = [
  { name: "text", render: (comparison) => renderComparison(comparison, terminalOptions()) },
  { name: "md", render: renderComparisonMarkdown },
  { name: "json", render: (comparison) => `${JSON.stringify(comparison)}\n` },
];

/** Prints how run B differs from run A; exit code 1 when a figure got worse by more than --fail-on allows. */
export async function compare(fileA: string, fileB: string, flags: CompareFlags): Promise<void> {
  if (flags.json && flags.format !== undefined && flags.format !== "json")
    throw usage("choose one of --json and --format");
  const format = parseChoice("format", flags.json ? "json" : (flags.format ?? "text"), FORMATS);
  const a = await readResults(fileA);
  const b = await readResults(fileB);
  const allowances = parseFailOn(flags.failOn ?? [], namesOf(a));
  const comparison = compareRuns(a, b);
  if (!flags.allow) assertSamePlan(comparison.differences, "A and B", "compare them anyway with --allow");
  process.stdout.write(format.render(comparison));
  if (tell(regressions(allowances, a, b))) process.exitCode = 1;
}
