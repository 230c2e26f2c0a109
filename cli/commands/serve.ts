import { Argument, Command, Option } from "commander";
import { RUNTIMES } from "../../harness/processes/runtime-names.ts";
import { examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import { networkedNames } from "../flags/known-words.ts";

const declared = () =>
  new Command("serve")
    .addArgument(oneOf(new Argument("<transport>"), async () => [...(await networkedNames()), "all"]))
    .description("run the notification service on one transport, or on all, until interrupted")
    .option("--port <n>", "port to listen on; with all, of the first transport (default: 0, any free one)")
    .option("--host <address>", "address to listen on (default: 127.0.0.1)")
    .option("--tls-cert <file>", "serve over TLS with this certificate and its chain, in PEM")
    .option("--tls-key <file>", "the certificate's private key, in PEM")
    .option(
      "--origins <origins>",
      "pages that may use it from a browser, comma-separated (https://app.example), or * (default: none)",
    )
    .option(
      "--trust-proxy [addresses]",
      "proxies whose X-Forwarded-For says whose connections are counted, comma-separated (default: loopback)",
    )
    .option("--user <ids>", "users to print a token for, comma-separated (default: demo)")
    .option("--publishes-per-minute <n>", "publishes a minute of one user (default: 10)")
    .option("--sessions-per-user <n>", "sessions that one user may have open (default: 50)")
    .option("--connections-per-address <n>", "connections open from one address (default: 1000)")
    .option(
      "--handshake-timeout <seconds>",
      "how long a connection may stay open without a token (default: 10, at most 15)",
    )
    .option("--replay <n>", "events kept per channel for resumption (default: 0)")
    .option("--replay-memory <MiB>", "memory for these events on all channels together (default: 64)")
    .option(
      "--backplane <url>",
      "Redis that this node shares channels with others through (redis://host:port)",
    )
    .option(
      "--metrics [port]",
      "answer /metrics, /healthz and /readyz on a port of their own (default: 9464)",
    )
    .option("--metrics-host <address>", "address that --metrics listens on (default: 127.0.0.1)")
    .option("--drain <seconds>", "after SIGTERM, time over which clients are told to move (default: 0)")
    .addOption(
      new Option("--log <format>", "how events of the service are written to stderr (default: text)").choices(
        ["text", "json", "off"] as const,
      ),
    )
    .addOption(
      new Option(
        "--log-level <level>",
        "the least that is written (default: warn, with --log json info)",
      ).choices(["error", "warn", "info"] as const),
    )
    .addOption(
      new Option(
        "--runtime <runtime>",
        "what runs it (default: node); docs/runtimes.md says which serve what",
      ).choices(RUNTIMES),
    )
    .option("--json", "print one JSON line with endpoint and tokens")
    .option("--debug", "print the stack of each error, internal errors included")
    .addHelpText(
      "after",
      "\nThe JWT key comes from NOTIF_LAB_SECRET (32 bytes or more); without it, one is made for this run.\n" +
        "NOTIF_LAB_BACKPLANE may hold the address of the backplane, so that a password in it is in no list of processes.\n",
    )
    .addHelpText(
      "after",
      examples(
        ["serve sse --port 8080"],
        ["serve mqtt --json", "endpoint and token for a script"],
        ["serve all --port 8000", "every transport, on ports from 8000"],
        ["serve websocket --user ann,bob", "a token each, to send from one to the other"],
        ["serve sse --origins https://app.example", "for pages of that site"],
        ["serve sse --backplane redis://127.0.0.1:6379", "one of several nodes of a service"],
        ["serve websocket --runtime bun", "the same service, run by Bun"],
        ["serve websocket --metrics --log json --drain 10", "watched, and replaced without a rush"],
      ),
    );

export type ServeFlags = FlagsOf<typeof declared>;

export const serve = () =>
  declared().action(async (transport, flags) =>
    (await import("../actions/serve.ts")).serve(transport, flags),
  );
