import type { KV } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import type { Bus, BusEvents, Directory, Respond } from "./bus.ts";
import { connectionOptions, type NatsAccess } from "./nats-access.ts";

const PACKAGES = "@nats-io/transport-node @nats-io/jetstream @nats-io/kv";
const CONNECT_MS = 5_000;
const RETRY_MS = 250;
/** A server that is gone, or that leaves a ping unanswered, for so long is lost. */
const LOST_MS = 3_000;
const CLOSE_MS = 1_000;

const BUCKET = "notif-lab-agents";
/** A key of the bucket is gone when it was not written for so long. */
const BUCKET_TTL_MS = 10_000;
/** Of an announcement; what is longer nobody here wrote. */
const LONGEST_ENTRY = 8_192;
const MOST_ENTRIES = 2_000;

/** The libraries, which only those need who use agents. Throws `unsupported` with the command that installs them. */
async function libraries() {
  try {
    const [transport, kv] = await Promise.all([import("@nats-io/transport-node"), import("@nats-io/kv")]);
    return { ...transport, Kvm: kv.Kvm };
  } catch (error) {
    throw new LabError(
      "unsupported",
      `agents need libraries that are not installed: npm install ${PACKAGES}`,
      { cause: error },
    );
  }
}

/** Rejects with `unreachable` and one line, without secrets. */
export async function connectNats(access: NatsAccess, name: string): Promise<Bus> {
  const library = await libraries();
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
    return (await this.#connection.request(subject, bytes, { timeout: timeoutMs })).data;
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, LOST_MS, false);
    });
    // A ping that a lost connection took along is told by its events.
    const answered = this.#connection.flush().then(
      () => true,
      () => true,
    );
    const isThere = await Promise.race([answered, late]);
    clearTimeout(timer);
    if (isThere || this.#connection.isClosed()) return;
    this.#tell("lost");
    await this.#connection.reconnect().catch(() => undefined);
  }

  async #follow(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    for await (const { type } of this.#connection.status()) {
      if (type === "disconnect") timer ??= setTimeout(() => this.#tell("lost"), LOST_MS);
      if (type !== "reconnect") continue;
      clearTimeout(timer);
      timer = undefined;
      this.#tell("back");
    }
    clearTimeout(timer);
  }

  #tell(event: keyof BusEvents): void {
    for (const watcher of [...this.#watchers]) watcher[event]();
  }
}

/** The bucket of those who are free; made where it is not there, in memory. Rejects with `unsupported` where the server has no JetStream. */
async function openDirectory(connection: NatsConnection): Promise<Directory> {
  let bucket = await openBucket(connection);
  /** The server may have started anew, without the bucket. */
  const withBucket = async <T>(act: (bucket: KV) => Promise<T>): Promise<T> => {
    try {
      return await act(bucket);
    } catch (error) {
      if (connection.isClosed()) throw error;
      bucket = await openBucket(connection);
      return act(bucket);
    }
  };
  return {
    put: async (id, text) => void (await withBucket((one) => one.put(id, text))),
    remove: (id) => withBucket((one) => one.delete(id)),
    all: () => withBucket(entriesOf),
  };
}

async function entriesOf(bucket: KV): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys()) if (keys.length < MOST_ENTRIES) keys.push(key);
  const entries = await Promise.all(keys.map((key) => bucket.get(key)));
  return entries.flatMap((entry) =>
    entry?.operation === "PUT" && entry.value.length <= LONGEST_ENTRY ? [entry.string()] : [],
  );
}

async function openBucket(connection: NatsConnection): Promise<KV> {
  const { Kvm } = await libraries();
  try {
    // Its type says file and memory as constants of a library that is otherwise not needed here.
    const { StorageType } = await import("@nats-io/jetstream");
    const options = { ttl: BUCKET_TTL_MS, storage: StorageType.Memory, history: 1 };
    return await new Kvm(connection).create(BUCKET, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(
      "unsupported",
      `this NATS has no JetStream to announce agents in (${reason}); start it with -js`,
      { cause: error },
    );
  }
}
