import { Command } from "commander";
import { NATS_HELP, withNats } from "../flags/agent-options.ts";
import { examples, type FlagsOf } from "../flags/declared.ts";

const declared = () =>
  withNats(
    new Command("agents").description("list the agents that are free to work for a bench"),
    "the NATS server where they wait (nats://host:4222)",
  )
    .option("--json", "as JSON")
    .addHelpText("after", NATS_HELP)
    .addHelpText("after", examples(["agents --nats nats://10.0.0.5:4222"]));

export type AgentsCommandFlags = FlagsOf<typeof declared>;

export const agents = () =>
  declared().action(async (flags) => (await import("../actions/agents.ts")).agents(flags));
