import { Command, CommanderError } from "commander";
import { typedWords, useConfigFile } from "./config/config-flags.ts";
import { examplesText } from "./examples.ts";
import { CliFailure } from "./process/failure.ts";

/**
 * Parses the command line and runs the command. Sets the exit code: 0 fine, 1 the run failed, 2 usage, 130 interrupted.
 * Each command's module is imported only when it is the one asked for.
 */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  const config = useConfigFile(program);
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = error instanceof CommanderError ? 2 : error instanceof CliFailure ? error.exitCode : 1;
    const text = oneLine(error);
    process.stderr.write(`notif-lab: ${text}${config.origin(text)}\n`);
    if (argv.includes("--debug") && error instanceof Error) process.stderr.write(`${stackOf(error)}\n`);
  }
}

/** As in reports/formats/registry.ts, which is not loaded for a help text. */
const FORMATS = "html, md, csv, junit, prometheus, json";

/** The command line as it is declared, for what runs it and for what is made from it: completion, config, tests. */
export function createProgram(): Command {
  const program = new Command("notif-lab")
    .description(
      "Compare WebSocket, Socket.IO, SSE, long polling, gRPC and MQTT on one notification service.",
    )
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .option("-V, --version", "print the version")
    .option("--config <file>", "flags from this file instead of notif-lab.config.yaml or .json here")
    .option("--no-config", "no flags from a file")
    .addHelpText("after", examplesText(""));

  program
    .command("bench")
    .description("run the same scenarios on several wires and write a report")
    .option(
      "--transports <names>",
      "wires and variants, comma-separated, or all (default: one of each protocol)",
    )
    .option("--scenarios <names>", "scenarios, comma-separated, or all (default: notify and fan-out)")
    .option("--scenario-file <file>", "a scenario of your own, in YAML; repeatable", collected)
    .option(
      "--transport-module <file>",
      "a transport of your own, a JavaScript module; repeatable",
      collected,
    )
    .option("--connections <n>", "connections a scenario opens")
    .option("--rate <n>", "publishes a second")
    .option("--payload <n>", "characters of a notification's body")
    .option("--duration <s>", "seconds measured of a transport and scenario, a launch or trial")
    .option("--rounds <n>", "slices measured of a transport and scenario, a launch; instead of --duration")
    .option("--warmup <s>", "seconds of traffic before that, a trial in one piece")
    .option("--launches <n>", "how often the processes of all transports are started anew (default: 4)")
    .option("--blocks <n>", "the same as --launches, and of trials in one piece how often each is run")
    .option(
      "--no-interleave",
      "each trial in one piece and by itself, instead of in slices between the others'",
    )
    .option("--seed <n>", "seed of schedules and orders (default: 1)")
    .option(
      "--load-processes <n>",
      "processes that hold the clients (default: by connections, deliveries and cores)",
    )
    .option("--arrivals <process>", "poisson, constant or burst:<n> (default: the scenario's own)")
    .option(
      "--link <profile>",
      "lan, wifi, 4g, 3g, lossy, satellite, or delay=50ms,jitter=5ms,rate=1mbit,loss=1%,drop=1%,shared=10mbit",
    )
    .option("--closed-loop", "wait for each answer before the next publish, to see what that hides")
    .option(
      "--tls",
      "every wire over TLS 1.3, with a self-signed certificate of this run; or name single ones websocket:tls",
    )
    .option("--quick", "one launch at a small load, to see that all works")
    .option("--rigorous", "12 launches of more slices, to see smaller differences")
    .option("--out <dir>", "folder for results.json and the reports (default: notif-lab-results/<time>)")
    .option("--resume <dir>", "go on with the interrupted run in this folder")
    .option("--baseline <file>", "compare with this results.json of the same plan in the end")
    .option(
      "--fail-on <rule>",
      'fail when worse than the baseline by more: "p99 > 10%"; repeatable',
      collected,
    )
    .option(
      "--threshold <rule>",
      'fail unless it holds: "websocket.notify.deliveryLatencyUs.p99 < 20ms", * for all; repeatable',
      collected,
    )
    .option("--format <names>", `reports to write: ${FORMATS} (default: html,md)`)
    .option("--live", "serve a page on 127.0.0.1 that shows the run as it goes, and print its address")
    .option("--json", "print the results as JSON to stdout, nothing else")
    .option("--quiet", "no progress and no table")
    .option("--debug", "print the stack of an error")
    .action(async (flags, command) =>
      (await import("./commands/bench.ts")).bench(flags, typedWords(command)),
    );

  program
    .command("init [file]")
    .description("write a commented scenario file to start from (default: my-scenario.yaml)")
    .option("--force", "overwrite the file")
    .option("--debug", "print the stack of an error")
    .action(async (file, flags) =>
      (await import("./commands/init.ts")).init(file ?? "my-scenario.yaml", flags),
    );

  program
    .command("list")
    .description("show wires, variants, what they can do, and scenarios with their parameters")
    .option("--json", "as JSON")
    .option("--debug", "print the stack of an error")
    .action(async (flags) => (await import("./commands/list.ts")).list(flags));

  program
    .command("report <file>")
    .description("render the reports of a results.json again")
    .option("--format <names>", `comma-separated: ${FORMATS}, or all (default: html,md)`)
    .option("--out <dir>", "folder to write to, - for stdout (default: the file's own)")
    .option("--stdout", "print the one format to stdout")
    .option("--threshold <rule>", "a figure to hold the run to, as for bench; repeatable", collected)
    .option("--baseline <file>", "results.json of the same plan that --fail-on compares with")
    .option("--fail-on <rule>", 'how much worse than the baseline: "p99 > 10%"; repeatable', collected)
    .option("--debug", "print the stack of an error")
    .action(async (file, flags) => (await import("./commands/report.ts")).report(file, flags));

  program
    .command("compare <a> <b>")
    .description("compare two results.json of the same plan, B against A")
    .option("--fail-on <rule>", 'exit with 1 when B is worse by more: "p99 > 10%"; repeatable', collected)
    .option("--allow", "compare runs of different plans anyway")
    .option("--format <name>", "text, md, html or json (default: text)")
    .option("--out <file>", "write there instead of printing; a name in .html makes a page")
    .option("--json", "as JSON")
    .option("--debug", "print the stack of an error")
    .action(async (a, b, flags) => (await import("./commands/compare.ts")).compare(a, b, flags));

  program
    .command("advise [file]")
    .description("which wire a run speaks for, given what must be and what matters (default: the newest run)")
    .option("--need <names>", "browser, bidirectional, binary, proxies, resumption, offline; or none")
    .option(
      "--weights <list>",
      "latency=3,memory=0: 0 to 10 each; also tail, cpu, bandwidth, resilience (default: 1 each)",
    )
    .option("--scenarios <names>", "scenarios of the run that count, comma-separated (default: all)")
    .option("--json", "as JSON; asks nothing")
    .option("--debug", "print the stack of an error")
    .addHelpText("after", "\nOn a terminal it asks for what no flag says; elsewhere it takes the defaults.\n")
    .action(async (file, flags) => (await import("./commands/advise.ts")).advise(file, flags));

  program
    .command("trend <files...>")
    .description("follow several results.json of the same plan over time, in the order they began")
    .option("--out <file>", "write the page there, in HTML")
    .option("--allow", "take runs of different plans anyway")
    .option("--json", "as JSON")
    .option("--debug", "print the stack of an error")
    .action(async (files, flags) => (await import("./commands/trend.ts")).trend(files, flags));

  program
    .command("capacity")
    .description("find the highest load that meets a service level, on each wire")
    .requiredOption("--slo <terms>", 'what every trial must meet: "p99 < 50ms, lost = 0"')
    .option("--over <what>", "rate or connections (default: rate)")
    .option(
      "--transports <names>",
      "wires and variants, comma-separated, or all (default: one of each protocol)",
    )
    .option("--scenario <name>", "what the load is made of (default: fan-out)")
    .option("--connections <n>", "connections, where the search is not over them")
    .option("--rate <n>", "publishes a second, where the search is not over them")
    .option("--payload <n>", "characters of a notification's body")
    .option("--duration <s>", "seconds measured, a trial (default: 2)")
    .option("--warmup <s>", "seconds of traffic before that (default: 0.5)")
    .option("--seed <n>", "seed of the first trial; each has its own (default: 1)")
    .option("--max <n>", "search no higher")
    .option("--out <file>", "write the findings there as JSON")
    .option("--json", "print them as JSON to stdout, nothing else")
    .option("--quiet", "no progress")
    .option("--debug", "print the stack of an error")
    .action(async (flags) => (await import("./commands/capacity.ts")).capacity(flags));

  program
    .command("sweep")
    .description("measure wires over a range of loads, and find where one overtakes another")
    .requiredOption(
      "--over <range>",
      "payload=64..65536, rate=10..1000, connections=50..1000, or values: delay=0,20,100, loss=0,1, drop=0,1",
    )
    .option("--points <n>", "points of a range, at even ratios (default: 5)")
    .option("--metric <name>", "the figure that is compared (default: p50)")
    .option(
      "--transports <names>",
      "wires and variants, comma-separated, or all (default: one of each protocol)",
    )
    .option("--scenario <name>", "what the load is made of (default: fan-out)")
    .option("--connections <n>", "connections, where the sweep is not over them")
    .option("--rate <n>", "publishes a second, where the sweep is not over them")
    .option("--payload <n>", "characters of a body, where the sweep is not over them")
    .option("--duration <s>", "seconds measured, a trial (default: 2)")
    .option("--warmup <s>", "seconds of traffic before that (default: 0.5)")
    .option("--blocks <n>", "trials of each wire at each point (default: 3)")
    .option("--link <profile>", "a link between clients and server, as for bench")
    .option("--seed <n>", "seed of schedules and orders (default: 1)")
    .option("--out <file>", "write the figures there as JSON")
    .option("--json", "print them as JSON to stdout, nothing else")
    .option("--quiet", "no progress")
    .option("--debug", "print the stack of an error")
    .action(async (flags) => (await import("./commands/sweep.ts")).sweep(flags));

  program
    .command("serve <wire>")
    .description("run the notification service on one wire until interrupted")
    .option("--port <n>", "port to listen on (default: 0, any free one)")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--user <ids>", "users to print a token for, comma-separated (default: demo)")
    .option("--publishes-per-minute <n>", "publishes a minute of one user (default: 10)")
    .option("--sessions-per-user <n>", "sessions that one user may have open (default: 50)")
    .option("--connections-per-address <n>", "connections open from one address (default: 1000)")
    .option(
      "--handshake-timeout <seconds>",
      "how long a connection may stand without a token (default: 10, at most 15)",
    )
    .option("--replay <n>", "events kept a channel for resumption (default: 0)")
    .option("--json", "print one JSON line with endpoint and tokens")
    .option("--debug", "print the stack of an error")
    .addHelpText(
      "after",
      "\nThe JWT key comes from NOTIF_LAB_SECRET (32 bytes or more), else one is made for this run.\n",
    )
    .action(async (wire, flags) => (await import("./commands/serve.ts")).serve(wire, flags));

  program
    .command("token <user>")
    .description("print a token for a user of a server that was started with the same NOTIF_LAB_SECRET")
    .option("--minutes <n>", "how long it is valid (default: 60)")
    .option("--debug", "print the stack of an error")
    .action(async (user, flags) => (await import("./commands/token.ts")).token(user, flags));

  program
    .command("explain [wires]")
    .description(
      "one notification's journey on each wire, recorded and shown byte by byte (default: one of each protocol)",
    )
    .option("--body <text>", "the notification's text (default: Deploy finished)")
    .option("--ascii", "no line drawing and no other characters beyond ASCII")
    .option("--json", "the whole records as JSON")
    .option("--debug", "print the stack of an error")
    .action(async (wires, flags) => (await import("./commands/explain.ts")).explain(wires, flags));

  program
    .command("selftest")
    .description("prove on this machine that the lab measures right: checks with known answers, about 4 min")
    .option("--only <names>", "checks, comma-separated (default: all)")
    .option("--against <tool>", "hold the lab's HTTP figures against those of another tool: autocannon")
    .option("--seed <n>", "seed of simulations and schedules (default: 1)")
    .option("--json", "as JSON")
    .option("--quiet", "no progress")
    .option("--debug", "print the stack of an error")
    .action(async (flags) => (await import("./commands/selftest.ts")).selftest(flags));

  program
    .command("doctor")
    .description("check this machine: cores, memory, file limits, ports, clock, libraries")
    .option("--json", "as JSON")
    .option("--debug", "print the stack of an error")
    .action(async (flags) => (await import("./commands/doctor.ts")).doctor(flags));

  program
    .command("completion <shell>")
    .description("print a completion script for bash, zsh or fish")
    .option("--debug", "print the stack of an error")
    .action(async (shell) => (await import("./commands/completion.ts")).completion(shell, program));

  program
    .command("config [command] [flags...]")
    .description("show what a command's flags would be, and why: flag, file with its line, or default")
    .option("--json", "as JSON")
    .option("--debug", "print the stack of an error")
    .allowUnknownOption()
    .action(async (name, words, flags) =>
      (await import("./commands/config.ts")).config(name, words, flags, program, createProgram()),
    );

  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .addHelpText("after", examplesText(command.name()));
  return program;
}

/** Of an option that may be given several times: all its values. */
function collected(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
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
