import { randomBytes } from "node:crypto";
import { DEFAULT_HEARTBEAT } from "../../core/heartbeat.ts";
import { Hub } from "../../core/hub.ts";
import { jwtAuthenticator, jwtIssuer } from "../../transports/jwt.ts";
import type { Transport, TransportClient } from "../../transports/transport.ts";
import { type Chunk, openRelay, type Relay } from "../anatomy/relay.ts";
import { type Mark, quiet } from "../anatomy/site.ts";
import { meterSockets } from "../measurement/socket-meter.ts";

export type ClientName = "a" | "b";

/** Where a journey takes place: a server of the wire, and a recording relay of its own for each of two clients. */
export interface Stage {
  /** Each client's, valid for an hour with a key that nobody else has. */
  readonly tokens: Readonly<Record<ClientName, string>>;
  connect(name: ClientName): Promise<TransportClient>;
  recording(name: ClientName): readonly Chunk[];
  /** Settles when nothing is on its way, with what was counted until then. */
  quiet(): Promise<Mark>;
  /** Settles when nothing is left open. */
  close(): Promise<void>;
}

export const USERS: Readonly<Record<ClientName, string>> = { a: "alice", b: "bob" };
const TOKEN_MS = 3_600_000;

/** `bodyCharacters`: the longest body that the server takes. */
export async function openStage(transport: Transport, bodyCharacters: number): Promise<Stage> {
  const secret = randomBytes(32).toString("hex");
  const issue = jwtIssuer(secret);
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    maxBodyCharacters: bodyCharacters,
    heartbeat: DEFAULT_HEARTBEAT,
  });
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    let port = 0;
    // The relays' own sockets are of this process too, and no business of the server.
    const meter = meterSockets((socket) => socket.localPort === port);
    closing.push(async () => meter.stop());
    const server = await transport.serve(hub);
    closing.push(() => server.close());
    port = Number(new URL(server.endpoint.url).port);
    const relays: Record<ClientName, Relay> = {
      a: await openRelay(server.endpoint),
      b: await openRelay(server.endpoint),
    };
    closing.push(() => Promise.all([relays.a.close(), relays.b.close()]));
    const tokens = { a: issue(USERS.a, TOKEN_MS), b: issue(USERS.b, TOKEN_MS) };
    return {
      tokens,
      connect: async (name) => {
        const client = await transport.connect(relays[name].endpoint, {
          token: tokens[name],
          reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
          heartbeat: DEFAULT_HEARTBEAT,
        });
        closing.push(() => client.close());
        return client;
      },
      recording: (name) => relays[name].recording,
      quiet: () => quiet(both(relays), meter),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Two relays seen as one. */
function both({ a, b }: Record<ClientName, Relay>): Pick<Relay, "recording" | "passed"> {
  return {
    get recording() {
      return [...a.recording, ...b.recording];
    },
    get passed() {
      return { in: a.passed.in + b.passed.in, out: a.passed.out + b.passed.out };
    },
  };
}
