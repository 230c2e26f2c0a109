import { randomBytes } from "node:crypto";
import { isUserId } from "../../core/channel.ts";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/jwt.ts";
import { transports } from "../../transports/registry.ts";
import { parseNumber } from "../choices.ts";
import { CliFailure, usage } from "../failure.ts";
import { onInterruption } from "../interruption.ts";
import { chooseTransport } from "../transport-choice.ts";

interface ServeFlags {
  readonly port?: string;
  readonly host?: string;
  readonly user?: string;
  readonly publishesPerMinute?: string;
  readonly replay?: string;
  readonly json?: boolean;
}

/** How long an orderly end may take before the process ends anyway. */
const CLOSE_MS = 1_500;

/** Serves one wire until SIGINT or SIGTERM, then ends every connection and the process with exit code 0. */
export async function serve(wire: string, flags: ServeFlags): Promise<void> {
  const transport = chooseTransport(wire, transports);
  if (!transport.supports.network)
    throw usage(`${wire} runs inside one process and can't be served; choose another wire`);
  const whole = (flag: string, text: string | undefined, max: number, otherwise: number) =>
    text === undefined ? otherwise : parseNumber(flag, text, { min: 0, max, integer: true });
  const port = whole("--port", flags.port, 65_535, 0);
  const host = flags.host ?? "127.0.0.1";
  const user = flags.user ?? "demo";
  if (!isUserId(user)) throw usage(`--user takes letters, digits, _, . and -, not "${user}"`);
  const secret = process.env.NOTIF_LAB_SECRET ?? randomBytes(32).toString("hex");
  if (Buffer.byteLength(secret) < 32)
    throw usage("NOTIF_LAB_SECRET must have 32 bytes or more; `openssl rand -hex 32` makes one");

  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: whole("--publishes-per-minute", flags.publishesPerMinute, 1_000_000, 10),
    replayWindow: whole("--replay", flags.replay, 100_000, 0),
  });
  const interruption = onInterruption();
  const server = await transport.serve(hub, { host, port }).catch((error: unknown) => {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  });
  const token = jwtIssuer(secret)(user);
  const { url, certificate } = server.endpoint;
  const trust = certificate === undefined ? {} : { certificate };
  if (flags.json)
    process.stdout.write(
      `${JSON.stringify({ transport: transport.name, endpoint: url, user, token, ...trust })}\n`,
    );
  else {
    const example = transport.example(server.endpoint, token).map((line) => `  ${line}\n`);
    process.stdout.write(
      `${transport.name} at ${url}\n\ntoken of user "${user}", valid for an hour:\n  ${token}\n\ntry it:\n${example.join("")}\n${certificate === undefined ? "" : `certificate of this server:\n${certificate}\n`}Ctrl-C ends it.\n`,
    );
  }
  await new Promise<void>((done) => {
    if (interruption.signal.aborted) done();
    interruption.signal.addEventListener("abort", () => done(), { once: true });
  });
  // A peer that does not answer must not keep the service from ending.
  setTimeout(() => process.exit(0), CLOSE_MS).unref();
  await server.close();
  interruption.dispose();
}
