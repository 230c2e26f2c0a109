/*
 * What carries the messages between agents and controllers: NATS, see nats.ts; where hundreds of agents are imitated, the memory of one process.
 */

/** Whoever was announced and did not renew it is out of the directory. */
export interface Directory {
  put(id: string, text: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** What all have announced; anybody may have written it. */
  all(): Promise<readonly string[]>;
}

export type Respond = (answer: Uint8Array) => void;

/** What befalls the way to the others: lost for good, or back after a while in which messages may have been lost. */
export interface BusEvents {
  readonly lost: () => void;
  readonly back: () => void;
}

export interface Bus {
  /** Without effect once it is closed. */
  publish(subject: string, bytes: Uint8Array): void;
  /** Returns what ends it. `onMessage` may not throw. */
  subscribe(subject: string, onMessage: (bytes: Uint8Array, respond: Respond) => void): () => void;
  /** Rejects when there is no answer in time; who is about to come back, and not there yet, is waited for as long. */
  request(subject: string, bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array>;
  /** Messages that this end has sent and received up to now. */
  messages(): number;
  /** Returns what ends it. */
  watch(events: BusEvents): () => void;
  /** Rejects with `unsupported` where the bus has none. */
  directory(): Promise<Directory>;
  /** Settles when nothing of it is left, whatever state it is in. */
  close(): Promise<void>;
}
