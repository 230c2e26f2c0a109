import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";

const declared = () =>
  new Command("trend")
    .argument("<files...>")
    .description("follow several results.json of the same plan over time, in the order they started")
    .option("--out <file>", "write the page there, in HTML")
    .option("--allow", "accept runs of different plans")
    .option("--json", "as JSON")
    .addHelpText("after", examples(["trend nightly/*/results.json --out trend.html"]));

export type TrendFlags = FlagsOf<typeof declared>;

export const trend = () =>
  declared().action(async (files, flags) => (await import("../actions/trend.ts")).trend(files, flags));
