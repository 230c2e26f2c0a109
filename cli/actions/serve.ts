import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { installSafetyNet } from "../../transports/limits/safety-net.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { Refusal } from "../../transports/port/transport.ts";
import { defaultTransports, everyTransport } from "../../transports/registry.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { chooseTransport } from "../flags/transport-choice.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { newSecret, secretFromEnvironment } from "../process/secret.ts";
import { asJson, asText } from "../service/announcement.ts";
import { backplaneAddress, openBackplane } from "../service/backplane.ts";
import { drain } from "../service/drain.ts";
import { type Log, openLog } from "../service/log.ts";
import { openTransports, type Served } from "../service/open-transports.ts";
import { readSettings } from "../service/settings.ts";

/** How long an orderly end may take before the process ends anyway. */
const CLOSE_MS = 1_500;

/** How long what is left open after that may keep the process. */
const LINGER_MS = 250;

/**
 * Serves until SIGINT or SIGTERM, then ends every connection and the process with exit code 0. When it can serve no more, it does the same at once,
 * and the exit code is 1.
 */
export async function serve(name: string, flags: ServeFlags): Promise<void> {
  const chosen = choose(name);
  const { runtime = "node" } = flags;
  if (runtime !== "node") {
    process.exitCode = await (await import("../process/runtimes.ts")).serveOn(runtime, process.argv);
    return;
  }
  const settings = readSettings(flags);
  const secret = secretFromEnvironment() ?? newSecret();
  const log = await openLog(settings.log);
  const names = chosen.map((transport) => transport.name).join(", ");
  log.write("info", "start", `starting ${names}`, { transports: names, node: process.versions.node });
  const address = backplaneAddress(flags.backplane);
  const onRedis = chosen.find((transport) => transport.onRedis);
  if (onRedis && !address)
    throw usage(
      `the library of ${onRedis.name} carries events over Redis; give it one: --backplane redis://127.0.0.1:6379`,
    );
  const redis = address && onRedis ? { url: address.href, prefix: "notif-lab:" } : undefined;
  const shared = address && !onRedis ? await openBackplane(address, log) : undefined;
  const refusedConnections = new Map<Refusal, number>();
  const watch = settings.metrics && (await (await loadWatch())(shared?.state, refusedConnections));
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    onInternalError: (error) => reportError(log, error, flags.debug === true),
    watch: {
      ...watch?.hubWatch,
      turnedAway: (code) => log.write("info", "refused", `refused a client: ${code}`, { code }),
      cutOff: () =>
        log.write("warn", "slow-subscriber", "disconnected a subscriber that left too much unread"),
    },
    ...settings.hub,
    ...(shared && { backplane: shared.backplane }),
  });
  const interruption = onInterruption(0);
  const removeNet = installSafetyNet((error) => hub.internalError(error));
  const served = await openTransports(hub, chosen, {
    ...settings.serve,
    port: settings.port,
    ...(redis && { redis }),
    metered: watch !== undefined,
    onRefused: (reason) => {
      refusedConnections.set(reason, (refusedConnections.get(reason) ?? 0) + 1);
      log.write("info", "refused", `refused a connection: ${reason}`, { code: reason });
    },
  });
  const servers = served.map(({ server }) => server);
  const watched =
    settings.metrics &&
    (await watch?.listen(settings.metrics, hub, served).catch(async (error: unknown) => {
      await Promise.all(servers.map((server) => server.close()));
      throw new CliFailure(1, LabError.from(error).message, { cause: error });
    }));
  for (const { transport, server } of served)
    log.write("info", "listening", `${transport.name} at ${server.endpoint.url}`, {
      transport: transport.name,
      endpoint: server.endpoint.url,
    });
  const issue = jwtIssuer(secret);
  const announcement = {
    served,
    all: name === "all",
    tokens: settings.users.map((user) => ({ user, token: issue(user) })),
    metrics: watched?.url,
    ownCertificates: !settings.ownTls,
  };
  process.stdout.write(flags.json ? asJson(announcement) : asText(announcement));
  const code = await Promise.race([
    new Promise<0>((done) => {
      if (interruption.signal.aborted) done(0);
      interruption.signal.addEventListener("abort", () => done(0), { once: true });
    }),
    ...served.map((one) => untilDead(one, log)),
  ]);
  watch?.draining();
  if (code === 0 && settings.drainSeconds > 0) {
    const { sessions } = hub.counters;
    const text = `draining: ${sessions} sessions are told to move within ${settings.drainSeconds} s`;
    log.write("info", "drain", text, { sessions, seconds: settings.drainSeconds });
    await drain(hub, servers, settings.drainSeconds);
  }
  const { published, delivered } = hub.counters;
  log.write("info", "end", "ending", { published, delivered });
  // A peer that does not answer must not keep the service from ending. Not unref'd: a loop that runs empty would end with another code.
  process.exitCode = code;
  const impatient = setTimeout(() => process.exit(code), CLOSE_MS);
  await Promise.all(servers.map((server) => server.close()));
  await Promise.all([shared?.backplane.close(), watched?.close()]);
  clearTimeout(impatient);
  // Nor must anything that a library has left open.
  setTimeout(() => process.exit(code), LINGER_MS).unref();
  removeNet();
  interruption.dispose();
}

/** Settles with the exit code when a server can serve no more, once that is said. */
function untilDead({ transport, server }: Served, log: Log): Promise<1> {
  return new Promise((done) => {
    server.died?.catch((reason: unknown) => {
      const text = `${transport.name} can serve no more, so the service ends; start it again: ${LabError.from(reason).message}`;
      log.write("error", "died", text, { transport: transport.name });
      done(1);
    });
  });
}

/** The library for metrics is loaded only where they are asked for. */
async function loadWatch() {
  return (await import("../service/watch.ts")).openWatch;
}

function choose(name: string): readonly TransportEntry[] {
  if (name === "all") return defaultTransports.filter(({ supports }) => supports.network);
  const transport = chooseTransport(name, everyTransport);
  if (!transport.supports.network)
    throw usage(`${name} runs inside one process and can't be served; choose another transport`);
  return [transport];
}

function reportError(log: Log, error: unknown, debug: boolean): void {
  const text =
    debug && error instanceof Error ? (error.stack ?? error.message) : LabError.from(error).message;
  const message = `internal error, its connection was ended: ${text}${debug ? "" : " (--debug shows where)"}`;
  log.write("error", "internal-error", message);
}
