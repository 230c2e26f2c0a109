import { Command, Option } from "commander";
import { RUNTIMES } from "../../harness/processes/runtime-names.ts";
import { typedWords } from "../config/config-flags.ts";
import { withAgents } from "../flags/agent-options.ts";
import { collected, examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import {
  FORMAT_NAMES,
  failOnFlag,
  formatFlag,
  linkFlag,
  scenariosFlag,
  thresholdFlag,
  transportsFlag,
} from "../flags/shared-flags.ts";

const declared = () =>
  withAgents(
    new Command("bench")
      .description("run the same scenarios on several transports and write a report")
      .addOption(transportsFlag())
      .addOption(scenariosFlag("scenarios, comma-separated, or all (default: notify and fan-out)"))
      .option("--scenario-file <file>", "a scenario of your own, in YAML; repeatable", collected)
      .option(
        "--transport-module <file>",
        "a transport of your own, a JavaScript module; repeatable",
        collected,
      )
      .option(
        "--target <url>",
        "a service that runs already, measured from outside by the client of --transport-module",
      )
      .option(
        "--broker <url>",
        "an MQTT broker that runs already, measured from outside through MQTT's own PUBLISH: mqtt://127.0.0.1:1883",
      )
      .option("--connections <n>", "connections a scenario opens")
      .option("--rate <n>", "publishes a second")
      .option("--payload <n>", "characters of a notification's body")
      .option("--duration <s>", "seconds to measure each transport and scenario, per launch or trial")
      .option("--rounds <n>", "slices of each transport and scenario per launch, instead of --duration")
      .option("--warmup <s>", "longest warm-up in seconds, for trials in one piece")
      .option(
        "--launches <n>",
        "how often the processes of all transports are started (default: 4 to 6, as many as fit into 150 s)",
      )
      .option("--blocks <n>", "the same as --launches; for trials in one piece, how often each runs")
      .option("--no-interleave", "run each trial by itself in one piece, not in interleaved slices")
      .option("--no-control", "leave out tcp, the control by which runs are compared")
      .option("--seed <n>", "seed of schedules and orders (default: 1)")
      .option(
        "--load-processes <n>",
        "processes that hold the clients (default: by connections, deliveries and cores)",
      )
      .addOption(
        oneOf(
          new Option("--arrivals <process>", "poisson, constant or burst:<n> (default: the scenario's own)"),
          async () => ["poisson", "constant", "burst:"],
        ),
      )
      .addOption(
        linkFlag(
          "lan, wifi, 4g, 3g, lossy, satellite, or delay=50ms,jitter=5ms,rate=1mbit,loss=1%,drop=1%,shared=10mbit",
        ),
      )
      .option("--nodes <n>", "server processes that share channels over a backplane, in trials in one piece")
      .addOption(
        oneOf(
          new Option(
            "--backplane <engine>",
            "redis, which the lab starts (default with --nodes), none, or the address of a Redis of yours",
          ),
          async () => ["redis", "none"],
        ),
      )
      .addOption(
        oneOf(
          new Option(
            "--balancer <program>",
            "haproxy or nginx, which the lab starts before the nodes (default: none), or http://host:port, tcp://host:port of yours",
          ),
          async () => ["haproxy", "nginx", "none"],
        ),
      )
      .option(
        "--node-ports <list>",
        "where a balancer of yours looks for the nodes on 127.0.0.1: 9001,9002,9003",
      )
      .option("--node-port <n>", "first of consecutive node ports, instead of --node-ports")
      .option(
        "--no-sticky",
        "with --balancer: spread the requests of one session over the nodes, to see what breaks",
      ),
  )
    .addOption(
      new Option(
        "--runtime <runtime>",
        "what runs the server processes (default: node); docs/runtimes.md says which serve what",
      ).choices(RUNTIMES),
    )
    .option("--closed-loop", "wait for each answer before the next publish, to see what that hides")
    .option(
      "--tls",
      "every transport over TLS 1.3, with a self-signed certificate of this run; for one alone, name it websocket:tls",
    )
    .addOption(
      oneOf(
        new Option(
          "--clients <kind>",
          "browser, or browser:<n>: measure each load once more with a page of n clients beside it (default n: 1)",
        ),
        async () => ["browser", "browser:"],
      ),
    )
    .option("--browser <path>", "the Chromium or Chrome for that (default: CHROME_PATH, or an installed one)")
    .option("--quick", "one launch at a small load, to see that everything works")
    .option("--rigorous", "8 to 18 launches of more slices, as many as fit into 15 minutes")
    .addOption(
      oneOf(
        new Option(
          "--until <goal>",
          "look after 4, 7, 10 and 14 launches and stop when enough is known: distinguished, or 5%: until no interval reaches further",
        ),
        async () => ["distinguished", "5%"],
      ),
    )
    .option("--budget <minutes>", "with --until: start no launch that would end later (default: 15)")
    .option("--out <dir>", "folder for results.json and the reports (default: notif-lab-results/<time>)")
    .option("--no-cache", "check the transports and count their bytes again, as the first run does")
    .option("--resume <dir>", "continue the interrupted run in this folder")
    .option("--baseline <file>", "compare at the end with this results.json of the same plan")
    .option(
      "--against <build>",
      "measure another build of notif-lab in the same launches and compare: its folder, or a results.json for its version",
    )
    .option("--against-version <version>", "the same with a version, or a packed .tgz, which npm installs")
    .addOption(failOnFlag('fail when worse than the baseline by more than this: "p99 > 10%"; repeatable'))
    .addOption(
      thresholdFlag(
        'fail unless this holds: "websocket.notify.deliveryLatencyUs.p99 < 20ms", with * for all; repeatable',
      ),
    )
    .addOption(formatFlag(`reports to write: ${FORMAT_NAMES} (default: html,md)`))
    .option("--live", "serve a page on 127.0.0.1 that shows the run as it goes, and print its address")
    .option(
      "--metrics [port]",
      "answer Prometheus on this port of 127.0.0.1 with what the servers count as the run goes (default: 9464)",
    )
    .option("--json", "print the results as JSON to stdout, and nothing else")
    .option("--quiet", "no progress and no table")
    .addHelpText(
      "after",
      examples(
        ["bench --quick", "to see that everything works"],
        ["bench --rigorous --live", "smaller differences, watched in a browser"],
        ["bench --metrics --nodes 2", "watched by Prometheus"],
        ["bench --until distinguished --budget 10", "as many launches as it takes, for at most 10 minutes"],
        ["bench --transports websocket,sse --scenarios fan-out --connections 1000"],
        ["bench --scenarios all --link 4g", "every scenario, over a mobile link"],
        ["bench --runtime bun --transports websocket,sse", "the servers on Bun, the clients on Node.js"],
        ["bench --nodes 3 --balancer haproxy", "three nodes that share channels over Redis"],
        ["bench --scenarios node-death,rolling-restart", "what is lost when a node goes"],
        [
          "bench --transports websocket --balancer http://127.0.0.1:8080 --node-ports 9001,9002,9003",
          "behind a load balancer of yours",
        ],
        ["bench --transports websocket,websocket:tls", "what TLS costs"],
        ["bench --quick --agents local:2", "load from two agents on this machine"],
        [
          "bench --broker mqtt://127.0.0.1:1883 --transports mqtt,mqtt:mosquitto",
          "a broker of yours beside two of the lab's",
        ],
        ["bench --transports websocket,sse,grpc:web --clients browser", "what a page sees of the same load"],
        ["bench --threshold 'websocket.notify.deliveryLatencyUs.p99 < 20ms'", "for CI"],
        ["bench --resume notif-lab-results/2026-01-31T12-00-00", "after Ctrl-C"],
      ),
    );

/** The flags of `bench`; a study has some of them. */
export type BenchFlags = Partial<FlagsOf<typeof declared>>;

export const bench = () =>
  declared().action(async (flags, command) =>
    (await import("../actions/bench.ts")).bench(flags, typedWords(command)),
  );
