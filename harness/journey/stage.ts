import type { TransportEntry } from "../../transports/port/entry.ts";
import type { TransportClient } from "../../transports/port/transport.ts";
import { withMeteredServer } from "../breakdown/metered-server.ts";
import { type Chunk, openRelay, type Relay } from "../breakdown/relay.ts";
import { type Mark, quiet } from "../breakdown/site.ts";

export type ClientName = "a" | "b";

/** Where a journey takes place: a server of the transport, and a recording relay of its own for each of two clients. */
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

/** `bodyCharacters`: the longest body that the server takes. */
export function openStage(transport: TransportEntry, bodyCharacters: number): Promise<Stage> {
  return withMeteredServer(
    transport,
    { maxBodyCharacters: bodyCharacters },
    async ({ endpoint, meter, issue, closeToo }) => {
      const relays: Record<ClientName, Relay> = {
        a: await openRelay(endpoint),
        b: await openRelay(endpoint),
      };
      closeToo(() => Promise.all([relays.a.close(), relays.b.close()]));
      const tokens = { a: issue(USERS.a), b: issue(USERS.b) };
      return {
        tokens,
        connect: async (name) => {
          const client = await transport.connect(relays[name].endpoint, {
            token: tokens[name],
            reconnect: { attempts: 0, delayMs: 0, jitter: 0 },
          });
          closeToo(() => client.close());
          return client;
        },
        recording: (name) => relays[name].recording,
        quiet: () => quiet(both(relays), meter),
      };
    },
  );
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
