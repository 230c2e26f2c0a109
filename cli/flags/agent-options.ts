import type { Command, OptionValues } from "commander";
import type { NatsFlags } from "./nats-flags.ts";

/** How an address with a password gets to a command that speaks to NATS. */
export const NATS_HELP =
  "\nNOTIF_LAB_NATS may hold the address of NATS, so that a password in it (nats://user:password@host) is in no list of processes.\n" +
  "NOTIF_LAB_NATS_CREDS, _NKEY, _CA, _CERT and _KEY may name the files of the flags --nats-creds and so on.\n";

/** The flags of a command whose load can be run by agents. */
export interface AgentFlags extends NatsFlags {
  readonly agents?: string;
  readonly serverAgent?: string | true;
  readonly agentsHost?: string;
}

/** Adds the flags of every command that speaks to NATS. Their type is said: inferred through a type parameter it costs the compiler minutes. */
export function withNats<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
  about: string,
): Command<A, O & NatsFlags, G> {
  command
    .option("--nats <url>", about)
    .option("--nats-creds <file>", "credentials for it, as nsc makes them")
    .option("--nats-nkey <file>", "the seed of an nkey instead")
    .option("--nats-ca <file>", "speak TLS with it, and trust this authority (PEM)")
    .option("--nats-cert <file>", "show it this certificate (PEM)")
    .option("--nats-key <file>", "the key of that certificate (PEM)");
  return command;
}

/** Adds the flags of every command whose load can be run by agents. */
export function withAgents<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
): Command<A, O & AgentFlags, G> {
  command.option(
    "--agents <n>",
    "run the load on so many agents instead of here; local:<n> starts them and their NATS on this machine",
  );
  withNats(command, "with --agents: the NATS server where they wait (nats://host:4222)");
  command
    .option(
      "--server-agent [name]",
      "with --agents: run the server on an agent that was started with --serve (default: any of them)",
    )
    .option(
      "--agents-host <address>",
      "with --agents: the IP address at which they reach this machine (default: 127.0.0.1, agents here only)",
    );
  return command;
}
