import { randomBytes } from "node:crypto";
import type { Backplane } from "../../core/backplane.ts";
import { isUserId } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { parseOrigin } from "../../transports/http/origins.ts";
import { installSafetyNet } from "../../transports/limits/safety-net.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { transports, transportsOnRedis } from "../../transports/registry.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/session/jwt.ts";
import type { ServeFlags } from "../commands/serve.ts";
import { parseNumber } from "../flags/choices.ts";
import { chooseTransport } from "../flags/transport-choice.ts";
import { CliFailure, usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { newSecret, secretFromEnvironment } from "../process/secret.ts";

/** How long an orderly end may take before the process ends anyway. */
const CLOSE_MS = 1_500;

/** How long what is left open after that may keep the process. */
const LINGER_MS = 250;

/** Lines about internal errors that a minute brings at most: a peer that provokes them must not fill a disk. */
const ERROR_LINES_A_MINUTE = 20;

/** Serves one transport until SIGINT or SIGTERM, then ends every connection and the process with exit code 0. */
export async function serve(name: string, flags: ServeFlags): Promise<void> {
  const transport = chooseTransport(name, [...transports, ...transportsOnRedis]);
  if (!transport.supports.network)
    throw usage(`${name} runs inside one process and can't be served; choose another transport`);
  const settings = readSettings(flags);
  const secret = secretFromEnvironment() ?? newSecret();
  const reportError = errorReporter(flags.debug === true);
  const address = backplaneAddress(flags.backplane);
  if (transport.onRedis && !address)
    throw usage(
      `the library of ${name} carries events over Redis; give it one: --backplane redis://127.0.0.1:6379`,
    );
  const backplane = address && !transport.onRedis ? await openBackplane(address) : undefined;
  const redis = address && transport.onRedis ? { url: address.href, prefix: "notif-lab:" } : undefined;
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    onInternalError: reportError,
    ...settings.hub,
    ...(backplane && { backplane }),
  });
  const interruption = onInterruption(0);
  const removeNet = installSafetyNet((error) => hub.internalError(error));
  const server = await transport
    .serve(hub, { ...settings.serve, ...(redis && { redis }) })
    .catch((error: unknown) => {
      throw new CliFailure(1, LabError.from(error).message, { cause: error });
    });
  const issue = jwtIssuer(secret);
  const tokens = settings.users.map((user) => ({ user, token: issue(user) }));
  process.stdout.write(
    flags.json ? asJson(transport, server.endpoint, tokens) : asText(transport, server.endpoint, tokens),
  );
  await new Promise<void>((done) => {
    if (interruption.signal.aborted) done();
    interruption.signal.addEventListener("abort", () => done(), { once: true });
  });
  // A peer that does not answer must not keep the service from ending. Not unref'd: a loop that runs empty would end with another code.
  const impatient = setTimeout(() => process.exit(0), CLOSE_MS);
  await server.close();
  await backplane?.close();
  clearTimeout(impatient);
  // Nor must anything that a library has left open.
  setTimeout(() => process.exit(0), LINGER_MS).unref();
  removeNet();
  interruption.dispose();
}

/** Of the flag or of NOTIF_LAB_BACKPLANE; undefined where neither is given. */
function backplaneAddress(flag: string | undefined): URL | undefined {
  const address = flag ?? process.env.NOTIF_LAB_BACKPLANE;
  if (address === undefined || address === "") return undefined;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol))
    throw usage("--backplane takes the address of a Redis, such as redis://127.0.0.1:6379");
  return url;
}

/** Says on stderr when the backplane is away and when it is back. */
async function openBackplane(url: URL): Promise<Backplane> {
  const { connectRedis } = await import("../../transports/backplane/redis/backplane.ts");
  let away = false;
  try {
    return await connectRedis(url.href, {
      onState: (state, reason) => {
        if (state === "down")
          process.stderr.write(`notif-lab: the backplane is away: ${reason?.message}; trying again\n`);
        else if (away) process.stderr.write("notif-lab: the backplane is back\n");
        away = state === "down";
      },
    });
  } catch (error) {
    // The address without what may be a password.
    throw new CliFailure(1, `${url.protocol}//${url.host}: ${LabError.from(error).message}`, {
      cause: error,
    });
  }
}

function readSettings(flags: ServeFlags) {
  const whole = (flag: string, text: string | undefined, min: number, max: number, otherwise: number) =>
    text === undefined ? otherwise : parseNumber(flag, text, { min, max, integer: true });
  const seconds = flags.handshakeTimeout;
  const users = (flags.user ?? "demo").split(",");
  for (const user of users)
    if (!isUserId(user)) throw usage(`--user takes letters, digits, _, . and -, not "${user}"`);
  const origins = flags.origins?.split(",").map((text) => {
    const origin = parseOrigin(text.trim());
    if (origin === undefined)
      throw usage(`--origins takes origins such as https://app.example, without a path, or *; not "${text}"`);
    return origin;
  });
  return {
    users,
    hub: {
      publishesPerMinute: whole("--publishes-per-minute", flags.publishesPerMinute, 0, 1_000_000, 10),
      maxSessionsPerUser: whole("--sessions-per-user", flags.sessionsPerUser, 1, 1_000_000, 50),
      replayWindow: whole("--replay", flags.replay, 0, 100_000, 0),
      replayBudgetBytes: 2 ** 20 * whole("--replay-memory", flags.replayMemory, 1, 65_536, 64),
    },
    serve: {
      ...(origins && { origins }),
      host: flags.host ?? "127.0.0.1",
      port: whole("--port", flags.port, 0, 65_535, 0),
      maxConnectionsPerAddress: whole(
        "--connections-per-address",
        flags.connectionsPerAddress,
        1,
        1_000_000,
        1_000,
      ),
      handshakeTimeoutMs:
        1_000 *
        (seconds === undefined
          ? 10
          : parseNumber("--handshake-timeout", seconds, { min: 0.1, max: 15, integer: false })),
    },
  };
}

/** Writes a line an internal error to stderr, with --debug its stack, and only so many a minute. */
function errorReporter(debug: boolean): (error: unknown) => void {
  let minute = 0;
  let lines = 0;
  return (error) => {
    const now = Math.floor(performance.now() / 60_000);
    if (now !== minute) lines = 0;
    minute = now;
    lines += 1;
    if (lines > ERROR_LINES_A_MINUTE) return;
    const text =
      debug && error instanceof Error ? (error.stack ?? error.message) : LabError.from(error).message;
    process.stderr.write(
      `notif-lab: internal error, its connection was ended: ${text}${debug ? "" : " (--debug shows where)"}\n`,
    );
  };
}

interface Token {
  readonly user: string;
  readonly token: string;
}

function asJson({ name }: TransportEntry, { url, certificate }: Endpoint, tokens: readonly Token[]): string {
  const trust = certificate === undefined ? {} : { certificate };
  const named = Object.fromEntries(tokens.map(({ user, token }) => [user, token]));
  return `${JSON.stringify({ transport: name, endpoint: url, ...tokens[0], tokens: named, ...trust })}\n`;
}

function asText(transport: TransportEntry, endpoint: Endpoint, tokens: readonly Token[]): string {
  const { url, certificate } = endpoint;
  const [first] = tokens;
  const example = transport.example(endpoint, first?.token ?? "").map((line) => `  ${line}\n`);
  return [
    `${transport.name} at ${url}\n\n`,
    ...tokens.map(({ user, token }) => `token of user "${user}", valid for an hour:\n  ${token}\n\n`),
    `try it:\n${example.join("")}\n`,
    certificate === undefined ? "" : `certificate of this server:\n${certificate}\n`,
    "Ctrl-C ends it.\n",
  ].join("");
}
