import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { Engine, type EngineOptions, type Place } from "../../transports/engines/engine.ts";
import { NATS } from "../../transports/engines/programs.ts";

export interface Nats {
  readonly engine: Engine;
  /** For clients, with the token that lets them in: it is not for command lines. */
  readonly url: string;
}

const CONFIG = "nats.conf";
const PROBE_MS = 2_000;

/** A nats-server of its own with JetStream, at an address of this machine, behind a token. Rejects as Engine.start() does. */
export async function startNats(options: EngineOptions = {}, host = "127.0.0.1"): Promise<Nats> {
  const token = randomBytes(16).toString("hex");
  const spec = {
    program: NATS,
    files: ({ port, folder }: Place) => ({
      [CONFIG]: [
        `listen: "${host}:${port}"`,
        `jetstream { store_dir: ${JSON.stringify(join(folder, "store"))} }`,
        `authorization { token: "${token}" }`,
        "",
      ].join("\n"),
    }),
    args: ({ folder }: Place) => ["-c", join(folder, CONFIG)],
    probe: (_control: string, { port }: Place) => greeted(port, host),
  };
  const engine = await Engine.start(spec, options);
  return { engine, url: `nats://${token}@${host}:${engine.place.port}` };
}

/** It speaks first. */
async function greeted(port: number, host: string): Promise<void> {
  const socket = connect(port, host);
  try {
    const [greeting] = await once(socket, "data", { signal: AbortSignal.timeout(PROBE_MS) });
    if (!String(greeting).startsWith("INFO ")) throw new LabError("unreachable", "it is not NATS");
  } finally {
    socket.destroy();
  }
}
