import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { NATS_HELP } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("agent")
    .description(
      "lend this machine to a bench that runs elsewhere: wait for work, run load processes, report",
    )
    .option("--nats <url>", "the NATS server where benches look for agents (nats://host:4222)")
    .option("--name <name>", "what results call this agent (default: the machine's name and four digits)")
    .addHelpText("after", NATS_HELP)
    .addHelpText(
      "after",
      examples(["agent --nats nats://10.0.0.5:4222"], ["agent --nats nats://10.0.0.5:4222 --name load-1"]),
    );

export type AgentCommandFlags = FlagsOf<typeof declared>;

export const agent = () =>
  declared().action(async (flags) => (await import("../actions/agent.ts")).agent(flags));
