import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import type { Bus, BusEvents, Directory, Respond } from "./bus.ts";
import { connectionOptions, type NatsAccess } from "./nats-access.ts";
import { natsLibraries, openDirectory } from "./nats-directory.ts";
import { Watchdog } from "./watchdog.ts";

const CONNECT_MS = 5_000;
const RETRY_MS = 250;
/** A server that is gone, or that leaves a ping unanswered, for so long is lost. */
const LOST_MS = 3_000;
const CLOSE_MS = 1_000;

/** Rejects with `unreachable` and one line, without secrets. */
export async function connectNats(access: NatsAccess, name: string): Promise<Bus> {
  const library = await natsLibraries();
  const options = connectionOptions(access, library);
  const { host } = new URL(access.url);
  try {
    const connection = await library.connect({
      ...options,
      name,
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
    });
    return new NatsBus(connection);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError("unreachable", `no NATS can be used at ${host}: ${reason}`, { cause: error });
  }
}

class NatsBus implements Bus {
  readonly #connection: NatsConnection;
  readonly #watchers = new Set<BusEvents>();
  #checked: Promise<void> | undefined;

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    this.#follow().catch(() => undefined);
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (this.#connection.isClosed()) return;
    this.#connection.publish(subject, bytes);
    this.#checked ??= this.#check().finally(() => {
      this.#checked = undefined;
    });
  }

  subscribe(subject: string, onMessage: (bytes: Uint8Array, respond: Respond) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) onMessage(message.data, (answer) => void message.respond(answer));
      },
    });
    return () => subscription.unsubscribe();
  }

  async request(subject: string, bytes: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    for (const due = performance.now() + timeoutMs; ; await sleep(RETRY_MS)) {
      const left = Math.max(1, due - performance.now());
      try {
        return (await this.#connection.request(subject, bytes, { timeout: left })).data;
      } catch (error) {
        if (!isNobodyThere(error) || performance.now() + RETRY_MS > due) throw error;
      }
    }
  }

  messages(): number {
    const { inMsgs, outMsgs } = this.#connection.stats();
    return inMsgs + outMsgs;
  }

  watch(events: BusEvents): () => void {
    this.#watchers.add(events);
    return () => this.#watchers.delete(events);
  }

  directory(): Promise<Directory> {
    return openDirectory(this.#connection);
  }

  async close(): Promise<void> {
    // Without the server there is nobody to say goodbye to.
    const patience = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([this.#connection.drain(), patience]).catch(() => undefined);
    await this.#connection.close();
  }

  /** A server that stands still keeps its connections, and would be waited for: what is sent is followed by a ping. */
  async #check(): Promise<void> {
    let watchdog: Watchdog | undefined;
    const late = new Promise<boolean>((resolve) => {
      watchdog = new Watchdog(LOST_MS, () => resolve(false));
    });
    // A ping that a lost connection took along is told by its events.
    const answered = this.#connection.flush().then(
      () => true,
      () => true,
    );
    const isThere = await Promise.race([answered, late]);
    watchdog?.end();
    if (isThere || this.#connection.isClosed()) return;
    this.#tell("lost");
    await this.#connection.reconnect().catch(() => undefined);
  }

  async #follow(): Promise<void> {
    let away: Watchdog | undefined;
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect") away ??= new Watchdog(LOST_MS, () => this.#tell("lost"));
      if (type !== "reconnect") continue;
      away?.end();
      away = undefined;
      this.#tell("back");
    }
    away?.end();
  }

  #tell(event: keyof BusEvents): void {
    for (const watcher of [...this.#watchers]) watcher[event]();
  }
}

/** The server knows nobody who listens to the subject. */
function isNobodyThere(error: unknown): boolean {
  return (
    error instanceof Error &&
    [error, error.cause].some((one) => one instanceof Error && one.name === "NoResponders")
  );
}
