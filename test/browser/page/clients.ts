import { LabError } from "../../../core/errors.ts";
import { type PageTransport, pageTransports } from "../../../transports/browser.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../../../transports/port/transport.ts";

/*
 * What a test drives a page with: clients by number, and every answer as data. What comes unasked goes to labTell().
 */

type Told = { readonly client: number } & (
  | { readonly kind: "event"; readonly subscription: number; readonly event: object }
  | { readonly kind: "state"; readonly state: object }
  | { readonly kind: "closed"; readonly reason: object }
);

declare function labTell(told: readonly Told[]): Promise<void>;

const waiting: Told[] = [];
let telling = false;

/** One call takes all that came while the one before was under way. */
async function tell(told: Told): Promise<void> {
  waiting.push(told);
  if (telling) return;
  telling = true;
  while (waiting.length > 0) await labTell(waiting.splice(0));
  telling = false;
}

const clients = new Map<number, TransportClient>();
const attempts = new Map<number, AbortController>();

const calls = {
  connect: async (id: number, transport: PageTransport, endpoint: Endpoint, options: ConnectOptions) => {
    const attempt = new AbortController();
    attempts.set(id, attempt);
    const connect = await pageTransports[transport].load();
    const client = await connect(endpoint, {
      ...options,
      signal: attempt.signal,
      onState: (state) => tell({ client: id, kind: "state", state }),
    });
    clients.set(id, client);
    void client.closed.then((reason) => tell({ client: id, kind: "closed", reason }));
  },
  abort: async (id: number) => attempts.get(id)?.abort(),
  subscribe: (id: number, subscription: number, channel: string, after?: string | null) =>
    client(id).subscribe(
      channel,
      (event) => tell({ client: id, kind: "event", subscription, event }),
      after ?? undefined,
    ),
  publish: (id: number, channel: string, body: string) => client(id).publish({ channel, body }),
  markRead: (id: number, notification: string) => client(id).markRead(notification),
  close: (id: number) => client(id).close(),
};

function client(id: number): TransportClient {
  const found = clients.get(id);
  if (!found) throw new Error(`there is no client ${id}`);
  return found;
}

/** Settles with what a call settles with, or with its error as data. */
async function ask(call: () => Promise<unknown>) {
  try {
    return { value: await call() };
  } catch (error) {
    const { code, message } = LabError.from(error);
    return { error: { code, message } };
  }
}

Object.assign(globalThis, { lab: { ask, calls } });
