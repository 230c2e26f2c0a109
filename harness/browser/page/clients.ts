import { type PageTransport, pageTransports } from "../../../transports/browser.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../../../transports/port/transport.ts";

/*
 * What the lab drives a page with: clients by name. Times are of the page's own monotonic clock, in microseconds since the page began.
 * What comes is kept until it is taken, so that nothing but the transports speaks to the page while something is measured.
 */

interface Arrival {
  readonly client: string;
  readonly body: string;
  readonly atUs: number;
}

interface Moment {
  readonly client: string;
  /** As of ConnectionState; `missed` for connected with something missed, `ended` for good. */
  readonly state: string;
  readonly reason?: string;
  readonly atUs: number;
}

const clients = new Map<string, TransportClient>();
let arrivals: Arrival[] = [];
let moments: Moment[] = [];
let longestTimerMs = 0;

const nowUs = () => performance.now() * 1_000;

function note(client: string, state: string, reason?: string): void {
  moments.push({ client, state, ...(reason === undefined ? {} : { reason }), atUs: nowUs() });
}

function found(name: string): TransportClient {
  const client = clients.get(name);
  if (!client) throw new Error(`there is no client ${name} in the page`);
  return client;
}

/** Settles with the microseconds that it took. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganUs = nowUs();
  await work();
  return nowUs() - beganUs;
}

const lab = {
  connect: (name: string, transport: PageTransport, endpoint: Endpoint, options: ConnectOptions) =>
    timed(async () => {
      const connect = await pageTransports[transport].load();
      const client = await connect(endpoint, {
        ...options,
        onState: (change) => {
          if (change.state === "reconnecting") note(name, change.state, change.reason.message);
          else note(name, change.missed.length > 0 ? "missed" : change.state);
        },
      });
      clients.set(name, client);
      note(name, "connected");
      void client.closed.then(({ message }) => note(name, "ended", message));
    }),
  follow: (name: string, channel: string) =>
    timed(() =>
      found(name).subscribe(channel, (event) => {
        const atUs = nowUs();
        if (event.kind === "notification") arrivals.push({ client: name, body: event.body, atUs });
      }),
    ),
  publish: (name: string, channel: string, body: string) =>
    timed(() => found(name).publish({ channel, body })),
  close: async (name: string) => {
    await clients.get(name)?.close();
    clients.delete(name);
  },
  /** What has come, and what became of the connections, since the last time. */
  take: () => {
    const taken = { arrivals, moments, longestTimerMs };
    arrivals = [];
    moments = [];
    return taken;
  },
  /** Begins to watch how far apart the calls of a timer of so many milliseconds are. */
  watchTimers: (everyMs: number) => {
    let lastMs = performance.now();
    setInterval(() => {
      longestTimerMs = Math.max(longestTimerMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, everyMs);
  },
  /** When the page began, in milliseconds since the Unix epoch. */
  origin: () => performance.timeOrigin,
  /** Exchanges with a hub that answers with the time by its own clock, in milliseconds. */
  probe: async (name: string, channel: string, times: number) => {
    const probes = [];
    for (let probe = 0; probe < times; probe += 1) {
      const t0 = nowUs();
      const { at } = await found(name).publish({ channel, body: "?" });
      const t3 = nowUs();
      probes.push({ t0, t1: at * 1_000, t2: at * 1_000, t3 });
    }
    return probes;
  },
};

Object.assign(globalThis, { lab });
