import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { Engine, type EngineOptions, type Place } from "../../transports/engines/engine.ts";
import { REDIS } from "../../transports/engines/programs.ts";
import { ask } from "./control.ts";

export interface RedisOptions extends EngineOptions {
  /** Beyond it writes are refused with an OOM reply. Default: no limit. */
  readonly maxMemoryBytes?: number;
  readonly password?: string;
}

export interface Redis {
  readonly engine: Engine;
  /** For clients: `redis://127.0.0.1:<port>`, with the password where there is one. */
  readonly url: string;
}

/** A Redis of its own that keeps nothing on disk: what it held is gone when it ends. Rejects as Engine.start() does. */
export async function startRedis({
  maxMemoryBytes = 0,
  password,
  ...options
}: RedisOptions = {}): Promise<Redis> {
  const settings = ({ port, folder, control }: Place): Readonly<Record<string, string | number>> => ({
    bind: "127.0.0.1",
    port,
    unixsocket: control,
    dir: folder,
    "protected-mode": "yes",
    save: "",
    appendonly: "no",
    maxmemory: maxMemoryBytes,
    // The lab's own bounds keep it small; a key that vanishes would be a loss that nobody told.
    "maxmemory-policy": "noeviction",
    ...(password === undefined ? {} : { requirepass: password }),
  });
  const spec = {
    program: REDIS,
    // Not on the command line, which anybody may read.
    files: (place: Place) => ({
      [CONFIG]: Object.entries(settings(place))
        .map(([name, value]) => `${name} ${JSON.stringify(String(value))}\n`)
        .join(""),
    }),
    args: ({ folder }: Place) => [join(folder, CONFIG)],
    probe: ping,
  };
  const engine = await Engine.start(spec, options);
  const { port } = engine.place;
  const secret = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
  return { engine, url: `redis://${secret}127.0.0.1:${port}` };
}

const CONFIG = "redis.conf";

async function ping(control: string): Promise<void> {
  const answer = await ask(control, "PING\r\n", (text) => text.endsWith("\r\n"));
  // To ask for a password it must be up as well.
  if (!/^(\+PONG|-NOAUTH)/.test(answer)) throw new LabError("unreachable", `it answers "${answer.trim()}"`);
}
