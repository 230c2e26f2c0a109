import { Command, Option } from "commander";
import { withAgents } from "../flags/agent-options.ts";
import { examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import { judgedNames } from "../flags/known-words.ts";
import { scenarioFlag, transportsFlag } from "../flags/shared-flags.ts";

const declared = () =>
  withAgents(
    new Command("capacity")
      .description("find the highest load that meets a service level, on each transport")
      .addOption(
        oneOf(
          new Option(
            "--slo <terms>",
            'what every trial must meet: "p99 < 50ms, lost = 0"',
          ).makeOptionMandatory(),
          judgedNames,
        ),
      )
      .addOption(
        new Option("--over <what>", "what to search (default: rate)").choices(["rate", "connections"]),
      )
      .addOption(transportsFlag())
      .addOption(scenarioFlag())
      .option("--connections <n>", "connections, unless the search is over them")
      .option("--rate <n>", "publishes a second, unless the search is over them")
      .option("--payload <n>", "characters of a notification's body")
      .option("--duration <s>", "seconds measured in each trial (default: 2)")
      .option("--warmup <s>", "seconds of traffic before that (default: 0.5)")
      .option("--seed <n>", "seed of the first trial; each has its own (default: 1)")
      .option("--max <n>", "highest load to try"),
  )
    .option("--out <file>", "write the findings there as JSON")
    .option("--json", "print them as JSON to stdout, and nothing else")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["capacity --slo 'p99 < 50ms, lost = 0' --over rate --transports websocket,sse"],
        ["capacity --slo 'p99 < 100ms' --over connections --json --out capacity.json"],
        ["capacity --slo 'p99 < 50ms' --agents local:2", "load from two agents on this machine"],
      ),
    );

export type CapacityFlags = FlagsOf<typeof declared>;

export const capacity = () =>
  declared().action(async (flags) => (await import("../actions/capacity.ts")).capacity(flags));
