import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { FORMAT_NAMES, failOnFlag, formatFlag, thresholdFlag } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("report")
    .argument("<file>")
    .description("render the reports of a results.json, or of a run's folder, again")
    .addOption(formatFlag(`comma-separated: ${FORMAT_NAMES}, or all (default: html,md)`))
    .option("--out <dir>", "folder to write to, - for stdout (default: the file's own)")
    .option("--stdout", "print the one format to stdout")
    .addOption(thresholdFlag("a limit that must hold, as for bench; repeatable"))
    .option("--baseline <file>", "results.json of the same plan that --fail-on compares with")
    .addOption(failOnFlag('how much worse than the baseline: "p99 > 10%"; repeatable'))
    .addHelpText(
      "after",
      examples(
        ["report notif-lab-results/run/results.json --format html,md --out site"],
        ["report results.json --format md --stdout", "for a job's summary"],
        ["report results.json --format junit,csv --threshold 'p99 < 20ms' --out reports"],
      ),
    );

export type ReportFlags = FlagsOf<typeof declared>;

export const report = () =>
  declared().action(async (file, flags) => (await import("../actions/report.ts")).report(file, flags));
