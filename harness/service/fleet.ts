import type { ServerReply } from "../processes/messages.ts";
import type { Family } from "./exposition.ts";
import type { ServiceState } from "./state.ts";

type Scraped = Extract<ServerReply, { kind: "scraped" }>;

/** A server process, as far as it is asked here. */
export interface Scrapable {
  aside(request: { readonly kind: "scrape" }, kind: "scraped", timeoutMs: number): Promise<Scraped>;
}

/** Server processes that serve one transport together. */
export interface Station {
  readonly transport: string;
  /** Undefined where they serve several. */
  readonly scenario: string | undefined;
  /** By node; undefined where there should be one and is none. */
  readonly servers: readonly (Scrapable | undefined)[];
}

/** What is known of one server process. */
export interface Standing {
  readonly labels: Readonly<Record<string, string>>;
  /** It is there, and answers. */
  readonly up: boolean;
  /** Undefined where it is not up, or has not begun to serve. */
  readonly state: ServiceState | undefined;
  readonly ageSeconds: number;
}

/** Together well below the two seconds in which a scrape is answered. */
const SLICE_MS = 900;
const ANSWER_MS = 900;

/** The server processes of a run that stand at the moment, for whoever watches the run. */
export class Fleet {
  readonly #stations = new Set<Station>();
  readonly #last = new WeakMap<Scrapable, { readonly state: ServiceState; readonly atMs: number }>();
  #slice: Promise<void> | undefined;
  #reading: Promise<readonly Standing[]> | undefined;
  #scrapes = 0;

  add(station: Station): void {
    this.#stations.add(station);
  }

  remove(station: Station): void {
    this.#stations.delete(station);
  }

  /** How often its servers have been asked. */
  get scrapes(): number {
    return this.#scrapes;
  }

  /** Asks nobody until the work has settled: all but one are silent meanwhile, and that one is measured. */
  async undisturbed<T>(work: () => Promise<T>): Promise<T> {
    const working = work();
    const slice = working.then(
      () => undefined,
      () => undefined,
    );
    this.#slice = slice;
    try {
      return await working;
    } finally {
      // One of a transport that failed may end in another one's.
      if (this.#slice === slice) this.#slice = undefined;
    }
  }

  /** What all of them say now, within two seconds; while a slice takes longer than that, what they said last. */
  read(): Promise<readonly Standing[]> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(): Promise<readonly Standing[]> {
    const mayAsk = !this.#slice || (await within(SLICE_MS, this.#slice));
    if (mayAsk && this.#stations.size > 0) this.#scrapes += 1;
    const standings = [...this.#stations].flatMap(({ transport, scenario, servers }) =>
      servers.map(async (server, index): Promise<Standing[]> => {
        const labels = {
          transport,
          ...(scenario === undefined ? {} : { scenario }),
          ...(servers.length > 1 ? { node: String(index + 1) } : {}),
        };
        const missing = [{ labels, up: false, state: undefined, ageSeconds: 0 }];
        if (!server) return missing;
        if (!mayAsk) return this.#known(server, labels);
        try {
          const { state } = await server.aside({ kind: "scrape" }, "scraped", ANSWER_MS);
          if (state) this.#last.set(server, { state, atMs: performance.now() });
          return [{ labels, up: true, state, ageSeconds: 0 }];
        } catch {
          return missing;
        }
      }),
    );
    return (await Promise.all(standings)).flat();
  }

  #known(server: Scrapable, labels: Standing["labels"]): Standing[] {
    const last = this.#last.get(server);
    if (!last) return [];
    return [{ labels, up: true, state: last.state, ageSeconds: (performance.now() - last.atMs) / 1_000 }];
  }
}

/** What a run says of its servers beside what they say. */
export function fleetFamilies(standings: readonly Standing[]): Family[] {
  const gauge = (name: string, help: string, value: (standing: Standing) => number | undefined): Family => ({
    name,
    help,
    type: "gauge",
    samples: standings.flatMap((standing) => {
      const of = value(standing);
      return of === undefined ? [] : [{ value: of, labels: standing.labels }];
    }),
  });
  return [
    gauge(
      "notif_lab_server_up",
      "1 where a server process of the run answers, 0 where it is gone, stands still or has not begun.",
      ({ up }) => Number(up),
    ),
    gauge(
      "notif_lab_server_reading_age_seconds",
      "How old what is told of it is: servers are not asked during a slice.",
      ({ state, ageSeconds }) => (state ? ageSeconds : undefined),
    ),
  ];
}

/** Whether it has settled by then. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
