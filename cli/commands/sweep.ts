import { Command, Option } from "commander";
import { withAgents } from "../flags/agent-options.ts";
import { examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import { axisNames, metricNames } from "../flags/known-words.ts";
import { linkFlag, scenarioFlag, transportsFlag } from "../flags/shared-flags.ts";

const declared = () =>
  withAgents(
    new Command("sweep")
      .description("measure transports over a range of loads, and find where one overtakes another")
      .addOption(
        oneOf(
          new Option(
            "--over <range>",
            "payload=64..65536, rate=10..1000, connections=50..1000, or values: nodes=1,2,3, delay=0,20,100, loss=0,1, drop=0,1",
          ).makeOptionMandatory(),
          axisNames,
        ),
      )
      .option("--points <n>", "points of a range, at even ratios (default: 5)")
      .addOption(
        oneOf(new Option("--metric <name>", "the figure that is compared (default: p50)"), metricNames),
      )
      .addOption(transportsFlag())
      .addOption(scenarioFlag())
      .option("--connections <n>", "connections, unless the sweep is over them")
      .option("--rate <n>", "publishes a second, unless the sweep is over them")
      .option("--payload <n>", "characters of a body, unless the sweep is over them")
      .option("--duration <s>", "seconds measured in each trial (default: 2)")
      .option("--warmup <s>", "seconds of traffic before that (default: 0.5)")
      .option("--blocks <n>", "trials of each transport at each point (default: 3)")
      .option(
        "--backplane <engine>",
        "redis or none, as for bench: with nodes=1,2,3 a single node has none unless it is given",
      )
      .option("--balancer <program>", "haproxy or nginx before the nodes, as for bench")
      .addOption(linkFlag("a link between clients and server, as for bench")),
  )
    .option("--seed <n>", "seed of schedules and orders (default: 1)")
    .option("--out <file>", "write the figures there as JSON")
    .option("--json", "print them as JSON to stdout, and nothing else")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["sweep --over payload=64..16384 --transports websocket,grpc"],
        ["sweep --over rate=10,50,250 --metric cpu --json"],
        ["sweep --over nodes=1,2,3 --backplane redis --metric cpu", "what more nodes cost a delivery"],
        ["sweep --over delay=0,20,100 --transports sse,grpc", "over slower and slower links"],
        ["sweep --over rate=10,50,250 --agents local:2", "load from two agents on this machine"],
      ),
    );

export type SweepFlags = FlagsOf<typeof declared>;

export const sweep = () =>
  declared().action(async (flags) => (await import("../actions/sweep.ts")).sweep(flags));
