import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { NATS_HELP } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("agents")
    .description("list the agents that are free to work for a bench")
    .option("--nats <url>", "the NATS server where they wait (nats://host:4222)")
    .option("--nats-creds <file>", "credentials for it, as nsc makes them")
    .option("--nats-nkey <file>", "the seed of an nkey instead")
    .option("--nats-ca <file>", "speak TLS with it, and trust this authority (PEM)")
    .option("--nats-cert <file>", "show it this certificate (PEM)")
    .option("--nats-key <file>", "the key of that certificate (PEM)")
    .option("--json", "as JSON")
    .addHelpText("after", NATS_HELP)
    .addHelpText("after", examples(["agents --nats nats://10.0.0.5:4222"]));

export type AgentsCommandFlags = FlagsOf<typeof declared>;

export const agents = () =>
  declared().action(async (flags) => (await import("../actions/agents.ts")).agents(flags));
