import { LabError } from "../../core/errors.ts";
import type { Accepted } from "../../core/notification.ts";
import { pageTransports } from "../../transports/browser.ts";
import { connectDefaults } from "../../transports/port/defaults.ts";
import type { CloseReason, TransportClient } from "../../transports/port/transport.ts";
import { pause } from "../../transports/session/pause.ts";
import { Ledger } from "./ledger.ts";
import { type Candidate, candidates, type StoreOptions, type Token } from "./options.ts";
import type { Snapshot } from "./snapshot.ts";

/** One client of a page, without any framework: what it has, who listens, and what it can be told. */
export interface NotificationStore {
  getSnapshot(this: void): Snapshot;
  /** Calls the listener when there is another snapshot, at most once a frame; returns what ends that. */
  subscribe(this: void, listener: () => void): () => void;
  /** Connects, and goes on where it was stopped; does nothing while it runs. */
  start(this: void, token: Token): void;
  /** Ends the connection and keeps what has come; settles when nothing is left open. */
  stop(this: void): Promise<void>;
  /** Settles when the server has accepted it. Rejects with the server's reason, or `closed` while there is no connection. */
  send(this: void, channel: string, body: string): Promise<Accepted>;
  /** Settles when the sender has been told. Rejects as send() does. */
  markRead(this: void, id: string): Promise<void>;
}

const DEFAULT_LIMIT = 200;

/** A store that does nothing until it is started. */
export function createNotificationStore(options: StoreOptions): NotificationStore {
  const ledger = new Ledger(options.limit ?? DEFAULT_LIMIT);
  const cursors = new Map<string, string>();
  const { reconnect: policy, heartbeat } = connectDefaults({ token: "", ...given(options) });
  let running: { readonly ending: AbortController; readonly over: Promise<void> } | undefined;
  let current: TransportClient | undefined;
  const live = () => {
    if (current) return current;
    throw new LabError("closed", "there is no connection; try again when there is one");
  };

  /** Connects with one candidate, follows all channels from where they were, and settles when the client is over. */
  const follow = async (
    { transport, url }: Candidate,
    token: string,
    signal: AbortSignal,
    stands: () => void,
  ): Promise<CloseReason> => {
    let since = 0;
    const connect = await pageTransports[transport].load();
    const client = await connect(
      { url },
      {
        token,
        reconnect: policy,
        heartbeat,
        signal,
        onState: (state) => {
          if (current !== client) return;
          if (state.state === "reconnecting") {
            ledger.change({ state: "reconnecting", error: state.reason });
            return;
          }
          // Told without a loss before it when the server itself has lost events.
          if (ledger.latest.state === "reconnecting") since = Date.now();
          ledger.change({
            state: "connected",
            error: undefined,
            missed: added(ledger.latest.missed, state.missed),
          });
        },
      },
    );
    const close = () => void client.close();
    signal.addEventListener("abort", close, { once: true });
    try {
      if (signal.aborted) return { code: "closed", message: "stopped" };
      since = cursors.size > 0 ? Date.now() : 0;
      for (const channel of options.channels) {
        const after = cursors.get(channel);
        const standing = await client.subscribe(
          channel,
          (event) => {
            if (signal.aborted) return;
            cursors.set(channel, event.id);
            ledger.take(event, since);
          },
          after,
        );
        if (standing.missed) ledger.change({ missed: added(ledger.latest.missed, [channel]) });
        if (standing.cursor !== undefined && !cursors.has(channel)) cursors.set(channel, standing.cursor);
      }
      current = client;
      stands();
      ledger.change({ state: "connected", transport, error: undefined });
      return await client.closed;
    } finally {
      signal.removeEventListener("abort", close);
      if (current === client) current = undefined;
      await client.close();
    }
  };

  /** Tries the candidates in turn, round after round, until one stands; and again, once, when it is lost for good. */
  const run = async (token: Token, signal: AbortSignal): Promise<void> => {
    const { attempts, delayMs, jitter } = policy;
    const wait = () => pause(delayMs * (1 + jitter * (2 * Math.random() - 1)), signal);
    const order = candidates(options);
    let reason: CloseReason = NO_CANDIDATE;
    let refused = 0;
    for (let round = 0; round <= attempts && !signal.aborted; round += 1) {
      if (round > 0) await wait();
      for (let index = 0; index < order.length && !signal.aborted; index += 1) {
        const candidate = order[index];
        if (!candidate) break;
        ledger.change({ transport: candidate.transport });
        const { stood, over } = await attempt(candidate, token, signal);
        reason = over;
        if (signal.aborted) return;
        if (stood) refused = 0;
        if (reason.code === "unauthenticated") {
          refused += 1;
          // A string stays what it is, and a token that was got just now is no better the second time.
          if (typeof token === "string" || refused > 1) return end(reason);
          index -= 1;
          ledger.change({ state: "reconnecting", error: reason });
          continue;
        }
        if (FINAL.has(reason.code) || (stood && attempts === 0)) return end(reason);
        if (!stood) continue;
        // Its client has made its own attempts: the others get one chance each, and so does it.
        ledger.change({ state: "reconnecting", error: reason });
        round = attempts - 1;
        break;
      }
    }
    if (!signal.aborted) end(reason);
  };
  /** `stood`: whether there was a connection before it was over. */
  const attempt = async (candidate: Candidate, token: Token, signal: AbortSignal) => {
    let stood = false;
    try {
      const text = typeof token === "string" ? token : await token();
      const over = await follow(candidate, text, signal, () => {
        stood = true;
      });
      return { stood, over };
    } catch (error) {
      const { code, message } = LabError.from(error, "unavailable");
      return { stood, over: { code, message } };
    }
  };
  const end = (error: CloseReason) => ledger.change({ state: "closed", error });

  return {
    getSnapshot: () => ledger.snapshot,
    subscribe: (listener) => ledger.listen(listener),
    start: (token) => {
      if (running) return;
      const ending = new AbortController();
      ledger.change({ state: "connecting", error: undefined });
      const over = run(token, ending.signal).finally(() => {
        if (running?.ending === ending) running = undefined;
      });
      running = { ending, over };
    },
    stop: async () => {
      const stopping = running;
      running = undefined;
      current = undefined;
      if (!stopping) return;
      stopping.ending.abort(new LabError("closed", "stopped"));
      ledger.change({ state: "idle", error: undefined });
      await stopping.over;
    },
    send: async (channel, body) => live().publish({ channel, body }),
    markRead: async (id) => {
      await live().markRead(id);
      ledger.markRead(id);
    },
  };
}

const NO_CANDIDATE: CloseReason = {
  code: "malformed",
  message: "no transport has an address; give url one, or name another transport",
};

/** Reasons that no other transport and no other attempt would change. */
const FINAL: ReadonlySet<string> = new Set([
  "forbidden",
  "invalid_channel",
  "too_many_subscriptions",
  "malformed",
]);

function given({ reconnect, heartbeat }: StoreOptions) {
  return {
    ...(reconnect === undefined ? {} : { reconnect }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  };
}

function added(before: readonly string[], more: readonly string[]): readonly string[] {
  return more.every((one) => before.includes(one)) ? before : [...new Set([...before, ...more])];
}
