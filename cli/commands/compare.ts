import { Command, Option } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { failOnFlag } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("compare")
    .argument("<a>")
    .argument("<b>")
    .description("compare two results.json of the same plan, B against A")
    .addOption(failOnFlag('exit with 1 when B is worse by more than this: "p99 > 10%"; repeatable'))
    .option("--allow", "accept runs of different plans")
    .addOption(
      new Option("--format <name>", "how to write it (default: text)").choices([
        "text",
        "md",
        "html",
        "json",
      ]),
    )
    .option("--out <file>", "write there instead of printing; a name in .html makes a page")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      examples(
        ["compare before/results.json after/results.json --fail-on 'p99 > 10%, cpu > 5%'"],
        ["compare before/results.json after/results.json --format md", "for a pull request"],
        ["compare before/results.json after/results.json --out compare.html", "a page"],
      ),
    );

export type CompareFlags = FlagsOf<typeof declared>;

export const compare = () =>
  declared().action(async (a, b, flags) => (await import("../actions/compare.ts")).compare(a, b, flags));
