import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { scenariosFlag } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("advise")
    .argument("[file]")
    .description("rank the transports of a run by your requirements and priorities (default: the newest run)")
    .option("--need <names>", "browser, bidirectional, binary, proxies, resumption, offline; or none")
    .option(
      "--weights <list>",
      "latency=3,memory=0: 0 to 10 each; also tail, cpu, bandwidth, resilience (default: 1 each)",
    )
    .addOption(scenariosFlag("scenarios of the run that count, comma-separated (default: all)"))
    .option("--json", "as JSON; asks nothing")
    .addHelpText(
      "after",
      "\nOn a terminal it asks for whatever no flag gives; elsewhere it takes the defaults.\n",
    )
    .addHelpText(
      "after",
      examples(
        ["advise", "asks, and takes the newest run"],
        ["advise results.json --need browser,resumption --weights latency=3,memory=2"],
      ),
    );

export type AdviseFlags = FlagsOf<typeof declared>;

export const advise = () =>
  declared().action(async (file, flags) => (await import("../actions/advise.ts")).advise(file, flags));
