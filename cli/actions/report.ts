import { dirname } from "node:path";
import type { ReportFlags } from "../commands/report.ts";
import { excusesOf, objectionsOf, readRules, tell } from "../flags/rules.ts";
import { openOutputFolder } from "../output/output-folder.ts";
import { htmlAssets } from "../output/render.ts";
import { parseFormats, writeReports } from "../output/report-files.ts";
import { readResults, resultsFileOf } from "../output/results-file.ts";
import { usage } from "../process/failure.ts";

/**
 * Renders a results file again and prints the paths written, or the one report itself; exit code 1 when the run breaks a rule of the
 * flags.
 */
export async function report(file: string, flags: ReportFlags): Promise<void> {
  const chosen = parseFormats(flags.format);
  const toStdout = flags.stdout === true || flags.out === "-";
  if (flags.stdout && flags.out !== undefined && flags.out !== "-")
    throw usage("choose one of --stdout and --out");
  const [only, second] = chosen;
  if (toStdout && second)
    throw usage("stdout takes one format; name it with --format, or write files with --out");
  const results = await readResults(file);
  const rules = await readRules(flags, results);
  if (toStdout && only) process.stdout.write((await only.renderer())(results, htmlAssets(), rules));
  else {
    const folder = await openOutputFolder(flags.out ?? dirname(resultsFileOf(file)));
    const paths = await writeReports(folder, chosen, results, rules);
    process.stdout.write(paths.map((path) => `${path}\n`).join(""));
  }
  tell(excusesOf(rules, results));
  if (tell(objectionsOf(rules, results))) process.exitCode = 1;
}
