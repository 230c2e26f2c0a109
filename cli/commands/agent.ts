import { Command } from "commander";
import { NATS_HELP, withNats } from "../flags/agent-options.ts";
import { collected, examples, type FlagsOf } from "../flags/declared.ts";

const declared = () =>
  withNats(
    new Command("agent").description(
      "lend this machine to a bench that runs elsewhere: wait for work, run its load or its server, report",
    ),
    "the NATS server where benches look for agents (nats://host:4222)",
  )
    .option("--name <name>", "what results call this agent (default: the machine's name and four digits)")
    .option("--serve [address]", "run servers instead of load, at this IP address (default: 127.0.0.1)")
    .option(
      "--allow <list>",
      "what it may connect to, beside its controller: addresses, ranges, and the words private, loopback, any (default: private)",
    )
    .option(
      "--limits <list>",
      "the most that a plan may ask for (default: connections=20000,seconds=3600,rate=100000,payload=65536,processes=64)",
    )
    .option(
      "--transport-module <file>",
      "a transport of your own that this agent may run; its files must be those of the controller; repeatable",
      collected,
    )
    .addHelpText("after", NATS_HELP)
    .addHelpText(
      "after",
      examples(
        ["agent --nats nats://10.0.0.5:4222"],
        ["agent --nats nats://10.0.0.5:4222 --name load-1"],
        ["agent --nats nats://10.0.0.5:4222 --serve 10.0.0.7"],
      ),
    );

export type AgentCommandFlags = FlagsOf<typeof declared>;

export const agent = () =>
  declared().action(async (flags) => (await import("../actions/agent.ts")).agent(flags));
