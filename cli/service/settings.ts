import { isUserId } from "../../core/channel.ts";
import { parseOrigin } from "../../transports/http/origins.ts";
import { isProxy } from "../../transports/limits/proxies.ts";
import type { ServeOptions } from "../../transports/port/transport.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { parseNumber } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";
import { readTlsFiles } from "./tls-files.ts";

/** As OpenTelemetry's exporter for Prometheus has it. */
const METRICS_PORT = 9_464;

/** What `serve` was asked for. Exit code 2 and one line for what can't be. */
export function readSettings(flags: ServeFlags) {
  const tls = readTlsFiles(flags.tlsCert, flags.tlsKey);
  const origins = flags.origins === undefined ? undefined : readOrigins(flags.origins);
  const trustedProxies = flags.trustProxy === undefined ? undefined : readProxies(flags.trustProxy);
  if (flags.metricsHost !== undefined && flags.metrics === undefined)
    throw usage("--metrics-host says where --metrics listens; give --metrics too");
  const serve: ServeOptions = {
    host: flags.host ?? "127.0.0.1",
    ...(tls && { tls }),
    ...(origins && { origins }),
    ...(trustedProxies && { trustedProxies }),
    maxConnectionsPerAddress: whole(
      "--connections-per-address",
      flags.connectionsPerAddress,
      1,
      1_000_000,
      1_000,
    ),
    handshakeTimeoutMs: 1_000 * seconds("--handshake-timeout", flags.handshakeTimeout, 0.1, 15, 10),
  };
  return {
    users: readUsers(flags.user ?? "demo"),
    port: whole("--port", flags.port, 0, 65_535, 0),
    hub: {
      publishesPerMinute: whole("--publishes-per-minute", flags.publishesPerMinute, 0, 1_000_000, 10),
      maxSessionsPerUser: whole("--sessions-per-user", flags.sessionsPerUser, 1, 1_000_000, 50),
      replayWindow: whole("--replay", flags.replay, 0, 100_000, 0),
      replayBudgetBytes: 2 ** 20 * whole("--replay-memory", flags.replayMemory, 1, 65_536, 64),
    },
    serve,
    /** The identity is of files, not of this run alone. */
    ownTls: tls !== undefined,
    metrics:
      flags.metrics === undefined
        ? undefined
        : {
            host: flags.metricsHost ?? "127.0.0.1",
            port: metricsPort(flags.metrics),
          },
    drainSeconds: seconds("--drain", flags.drain, 0, 3_600, 0),
    log: {
      format: flags.log ?? "text",
      // A person at a terminal sees what goes wrong; a collector of logs gets all.
      level: flags.logLevel ?? (flags.log === "json" ? "info" : "warn"),
    },
  } as const;
}

/** What `--metrics [port]` says. */
export function metricsPort(text: string | true): number {
  return text === true ? METRICS_PORT : whole("--metrics", text, 0, 65_535, 0);
}

function whole(flag: string, text: string | undefined, min: number, max: number, otherwise: number): number {
  return text === undefined ? otherwise : parseNumber(flag, text, { min, max, integer: true });
}

function seconds(
  flag: string,
  text: string | undefined,
  min: number,
  max: number,
  otherwise: number,
): number {
  return text === undefined ? otherwise : parseNumber(flag, text, { min, max, integer: false });
}

function readUsers(text: string): string[] {
  const users = text.split(",");
  for (const user of users)
    if (!isUserId(user)) throw usage(`--user takes letters, digits, _, . and -, not "${user}"`);
  return users;
}

function readOrigins(text: string): string[] {
  return text.split(",").map((one) => {
    const origin = parseOrigin(one.trim());
    if (origin === undefined)
      throw usage(`--origins takes origins such as https://app.example, without a path, or *; not "${one}"`);
    return origin;
  });
}

function readProxies(text: string | true): string[] {
  if (text === true) return ["loopback"];
  const proxies = text.split(",").map((one) => one.trim());
  for (const proxy of proxies)
    if (!isProxy(proxy))
      throw usage(`--trust-proxy takes addresses, ranges such as 10.0.0.0/8, and loopback; not "${proxy}"`);
  return proxies;
}
