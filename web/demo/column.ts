import { LabError } from "../../core/errors.ts";
import type { HubEvent } from "../../core/notification.ts";
import { type PageTransport, pageTransports } from "../../transports/browser.ts";
import type { ConnectionState, ConnectOptions, TransportClient } from "../../transports/port/transport.ts";
import { type Arrival, Arrivals } from "./arrivals.ts";
import type { Frames } from "./frames.ts";
import type { DemoColumn, DemoData, DemoState, ProxyState } from "./messages.ts";
import { TOPIC } from "./messages.ts";
import { Store } from "./store.ts";
import { type Counters, Tally } from "./tally.ts";

/** A client that has given up is made anew after this long. */
const AGAIN_MS = 3_000;
const LINES = 3;

export type Standing = "connecting" | "connected" | "reconnecting" | "ended";

/** A column as it is shown. */
export interface ColumnView {
  readonly standing: Standing;
  /** Why, where it is not connected. */
  readonly reason: string;
  readonly proxy: ProxyState | undefined;
  readonly counters: Counters;
  readonly receipts: number;
  readonly receiptMs: number | null;
  readonly arrivals: readonly Arrival[];
  readonly latencies: readonly (number | null)[];
  /** What happened, newest first. */
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** One transport in the page: ann, who sends and gets receipts, and bob, who reads; each with a client of its own. */
export class Column {
  readonly look: DemoColumn;
  readonly view: Store<ColumnView>;
  readonly #tokens: DemoData["tokens"];
  readonly #tally = new Tally();
  readonly #arrivals = new Arrivals();
  readonly #cursors = new Map<string, string>();
  readonly #markedAt = new Map<string, number>();
  #ann: TransportClient | undefined;
  #bob: TransportClient | undefined;
  #standing: Standing = "connecting";
  #reason = "";
  #proxy: ProxyState | undefined;
  #receipts = 0;
  #receiptMs: number | null = null;
  #lines: ColumnView["lines"] = [];
  #told = 0;

  constructor(look: DemoColumn, tokens: DemoData["tokens"], frames: Frames) {
    this.look = look;
    this.#tokens = tokens;
    this.view = new Store(frames, () => this.#take());
    void this.#keep("bob", (client) => this.#read(client));
    void this.#keep("ann", (client) => this.#await(client));
  }

  /** As ann. */
  async send(channel: string, body: string): Promise<void> {
    if (!this.#ann) throw new LabError("closed", `ann has no connection over ${this.look.name}`);
    await this.#ann.publish({ channel, body });
  }

  /** As bob; without an id the newest that he has not marked. */
  async markRead(id?: string): Promise<void> {
    const which = id ?? this.#arrivals.shown.find(({ receipt }) => receipt === null)?.id;
    if (which === undefined || !this.#bob) return;
    this.#markedAt.set(which, performance.now());
    this.#mark(which, "sent");
    try {
      await this.#bob.markRead(which);
    } catch (error) {
      this.#mark(which, null);
      this.tell(`not marked as read: ${LabError.from(error).message}`);
    }
  }

  /** What the process says of the proxy, and how far the service is. */
  update({ seqs, proxies }: DemoState): void {
    const before = this.#proxy;
    this.#proxy = proxies[this.look.name];
    if (before && before.cuts !== this.#proxy?.cuts) this.#tally.cut(performance.now(), Date.now());
    const stalled = this.#proxy?.stalled ?? false;
    if (before && stalled !== before.stalled) this.#tally.stall(stalled, performance.now(), Date.now());
    if (before && !before.restarting && this.#proxy?.restarting) this.tell("the server is restarted");
    if (before && before.link !== this.#proxy?.link)
      this.tell(this.#proxy?.link ? `the link is now like ${this.#proxy.link}` : "the link is fast again");
    const line = this.#tally.settle(seqs, performance.now());
    if (line) this.tell(line);
    this.view.changed();
  }

  tell(text: string): void {
    this.#told += 1;
    this.#lines = [{ number: this.#told, text }, ...this.#lines].slice(0, LINES);
    this.view.changed();
  }

  /** A client of this user for as long as the page is open, made anew when it has given up. */
  async #keep(user: "ann" | "bob", use: (client: TransportClient) => Promise<void>): Promise<void> {
    const connect = await pageTransports[this.look.name as PageTransport].load();
    const options: ConnectOptions = {
      token: this.#tokens[user],
      heartbeat: { intervalMs: 3_000, timeoutMs: 2_000 },
      connectTimeoutMs: 5_000,
      ...(user === "bob" && { onState: (state) => this.#note(state) }),
    };
    for (;;) {
      try {
        const client = await connect({ url: this.look.url }, options);
        if (user === "ann") this.#ann = client;
        else this.#bob = client;
        await use(client);
        throw new LabError("closed", (await client.closed).message);
      } catch (error) {
        if (user === "bob") this.#stand("ended", `${LabError.from(error).message}; trying again soon`);
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  async #read(bob: TransportClient): Promise<void> {
    const missed: string[] = [];
    for (const channel of ["user/bob", TOPIC]) if (await this.#follow(bob, channel)) missed.push(channel);
    this.#note({ state: "connected", missed });
  }

  /** Whether events of the channel since the last client are lost. */
  async #follow(bob: TransportClient, channel: string): Promise<boolean> {
    const cursor = this.#cursors.get(channel);
    const take = (event: HubEvent) => this.#arrive(event);
    try {
      const { seq, missed } = await bob.subscribe(channel, take, cursor);
      this.#tally.begin(channel, seq);
      return missed;
    } catch (error) {
      if (LabError.from(error).code !== "unsupported") throw error;
      await bob.subscribe(channel, take);
      return true;
    }
  }

  async #await(ann: TransportClient): Promise<void> {
    await ann.subscribe("user/ann", (event) => {
      if (event.kind !== "receipt") return;
      this.#receipts += 1;
      const marked = this.#markedAt.get(event.of);
      this.#markedAt.delete(event.of);
      const waited = marked === undefined ? Date.now() - event.at : performance.now() - marked;
      this.#receiptMs = waited < 0 ? null : waited;
      this.#mark(event.of, Math.max(0, waited));
    });
  }

  #arrive(event: HubEvent): void {
    this.#cursors.set(event.channel, event.id);
    const now = Date.now();
    const how = this.#tally.take(event, now);
    if (how !== "repeated" && event.kind === "notification") this.#arrivals.add(event, now, how === "late");
    this.view.changed();
  }

  #note(state: ConnectionState): void {
    if (state.state === "connected") {
      this.#tally.back(performance.now(), Date.now(), state.missed);
      this.#stand("connected", "");
    } else {
      this.#tally.leave(performance.now());
      this.#stand("reconnecting", state.reason.message);
    }
  }

  #stand(standing: Standing, reason: string): void {
    if (standing === "ended") this.#tally.leave(performance.now());
    this.#standing = standing;
    this.#reason = reason;
    this.view.changed();
  }

  #mark(id: string, receipt: Arrival["receipt"]): void {
    this.#arrivals.mark(id, receipt);
    this.view.changed();
  }

  #take(): ColumnView {
    return {
      standing: this.#standing,
      reason: this.#reason,
      proxy: this.#proxy,
      counters: this.#tally.counters,
      receipts: this.#receipts,
      receiptMs: this.#receiptMs,
      arrivals: this.#arrivals.shown,
      latencies: this.#arrivals.latencies,
      lines: this.#lines,
    };
  }
}
