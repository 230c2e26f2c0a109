import { Command, CommanderError, type CommandUnknownOpts } from "commander";
import { advise } from "./commands/advise.ts";
import { agent } from "./commands/agent.ts";
import { agents } from "./commands/agents.ts";
import { bench } from "./commands/bench.ts";
import { browserLimit } from "./commands/browser-limit.ts";
import { capacity } from "./commands/capacity.ts";
import { claims } from "./commands/claims.ts";
import { compare } from "./commands/compare.ts";
import { completion } from "./commands/completion.ts";
import { config } from "./commands/config.ts";
import { demo } from "./commands/demo.ts";
import { doctor } from "./commands/doctor.ts";
import { explain } from "./commands/explain.ts";
import { hiddenTab } from "./commands/hidden-tab.ts";
import { init } from "./commands/init.ts";
import { list } from "./commands/list.ts";
import { report } from "./commands/report.ts";
import { selftest } from "./commands/selftest.ts";
import { serve } from "./commands/serve.ts";
import { sweep } from "./commands/sweep.ts";
import { token } from "./commands/token.ts";
import { trend } from "./commands/trend.ts";
import { workshop } from "./commands/workshop.ts";
import { applyConfigFile } from "./config/config-flags.ts";
import { examples } from "./flags/declared.ts";
import { CliFailure } from "./process/failure.ts";

const DEBUG = "--debug";

/**
 * Parses the command line and runs the command. Sets the exit code: 0 fine, 1 the run failed, 2 usage, 130 interrupted.
 * What a command does is imported only when it is the one asked for.
 */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  const config = applyConfigFile(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = error instanceof CommanderError ? 2 : error instanceof CliFailure ? error.exitCode : 1;
    const text = oneLine(error);
    process.stderr.write(`notif-lab: ${text}${config.origin(text)}\n`);
    if (argv.includes(DEBUG) && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
  }
}

const COMMANDS = [
  bench,
  init,
  list,
  report,
  compare,
  advise,
  trend,
  capacity,
  sweep,
  browserLimit,
  hiddenTab,
  claims,
  agent,
  agents,
  workshop,
  serve,
  demo,
  token,
  explain,
  selftest,
  doctor,
  completion,
  config,
];

/** The command line as it is declared, for what runs it and for what is made from it: completion, config, tests. */
export function createProgram(): CommandUnknownOpts {
  const program = new Command("notif-lab")
    .description(
      "Compare WebSocket, Socket.IO, SSE, long polling, gRPC and MQTT on one notification service.",
    )
    .option("-V, --version", "print the version")
    .option("--config <file>", "flags from this file instead of notif-lab.config.yaml or .json here")
    .option("--no-config", "no flags from a file")
    .addHelpText(
      "after",
      examples(
        ["bench", "one transport of each protocol, two scenarios, about 2.5 min"],
        ["bench --transports websocket,sse --scenarios fan-out --connections 1000"],
        ["compare a/results.json b/results.json --fail-on 'p99 > 10%'"],
        ["serve websocket", "the service on one transport, to try with your own client"],
      ),
    );
  for (const create of COMMANDS) {
    const command: CommandUnknownOpts = create();
    if (!command.options.some(({ long }) => long === DEBUG))
      command.option(DEBUG, "print the stack of an error");
    program.addCommand(command);
  }
  for (const one of [program, ...program.commands])
    one.exitOverride().configureOutput({ writeErr: () => undefined });
  return program;
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError && error.code === "commander.help")
    return 'say what to do; "notif-lab --help" lists the commands';
  return text.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
