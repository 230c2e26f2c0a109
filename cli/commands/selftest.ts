import { Command, Option } from "commander";
import { examples, type FlagsOf, listOf } from "../flags/declared.ts";
import { checkNames, transportNames } from "../flags/known-words.ts";

const declared = () =>
  new Command("selftest")
    .description("check on this machine that the lab measures correctly, against known answers, about 4 min")
    .addOption(
      listOf(
        new Option("--only <names>", "checks, comma-separated (default: all but slices and aa-plan)"),
        checkNames,
      ),
    )
    .addOption(
      new Option("--against <tool>", "compare the lab's HTTP figures with another tool's").choices([
        "autocannon",
      ]),
    )
    .option("--runs <n>", "whole runs that aa-plan makes, about 3 min each (default: 2)")
    .addOption(
      listOf(
        new Option(
          "--transports <names>",
          "transports for the checks slices (about 3 min each) and aa-plan (default: bench's)",
        ),
        transportNames,
      ),
    )
    .option("--seed <n>", "seed of simulations and schedules (default: 1)")
    .option("--json", "as JSON")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["selftest", "about 4 min"],
        ["selftest --only histogram,statistics"],
        ["selftest --only slices --transports websocket,sse"],
      ),
    );

export type SelftestFlags = FlagsOf<typeof declared>;

export const selftest = () =>
  declared().action(async (flags) => (await import("../actions/selftest.ts")).selftest(flags));
