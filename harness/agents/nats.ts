import type { KV } from "@nats-io/kv";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import { type Announcement, announcementSchema, BUCKET, BUCKET_TTL_MS, GONE_MS } from "./messages.ts";
import { createAssembly, piecesOf } from "./pieces.ts";

const PACKAGES = "@nats-io/transport-node @nats-io/jetstream @nats-io/kv";
const CONNECT_MS = 5_000;
const RETRY_MS = 250;

/** The libraries, which only those need who use agents. Throws `unsupported` with the command that installs them. */
async function libraries() {
  try {
    const [transport, kv] = await Promise.all([import("@nats-io/transport-node"), import("@nats-io/kv")]);
    return { connect: transport.connect, Kvm: kv.Kvm };
  } catch (error) {
    throw new LabError(
      "unsupported",
      `agents need libraries that are not installed: npm install ${PACKAGES}`,
      {
        cause: error,
      },
    );
  }
}

/** `nats://[user:password@]host[:port]` or `nats://token@host`, `tls://` over TLS. Rejects with `unreachable` and one line, without secrets. */
export async function connectNats(url: string, name: string): Promise<NatsConnection> {
  const { connect } = await libraries();
  const { protocol, host, username, password } = new URL(url);
  const user = decodeURIComponent(username);
  const secret =
    password !== "" ? { user, pass: decodeURIComponent(password) } : user !== "" ? { token: user } : {};
  try {
    return await connect({
      servers: host,
      name,
      ...secret,
      ...(protocol === "tls:" ? { tls: {} } : {}),
      timeout: CONNECT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RETRY_MS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError("unreachable", `no NATS can be used at ${host}: ${reason}`, { cause: error });
  }
}

/** Calls once, when the connection was lost and did not come back in time. */
export function whenLost(connection: NatsConnection, act: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  const follow = async () => {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") timer ??= setTimeout(act, GONE_MS);
      if (type !== "reconnect") continue;
      clearTimeout(timer);
      timer = undefined;
    }
    clearTimeout(timer);
  };
  follow().catch(() => undefined);
}

/** The bucket of those who are free; made where it is not there, in memory. Rejects with `unsupported` where the server has no JetStream. */
export async function openBucket(connection: NatsConnection): Promise<KV> {
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
      {
        cause: error,
      },
    );
  }
}

/** Who is free, by name. What others wrote there is left out. */
export async function announced(bucket: KV): Promise<Announcement[]> {
  const keys: string[] = [];
  for await (const key of await bucket.keys()) keys.push(key);
  const entries = await Promise.all(keys.map((key) => bucket.get(key)));
  return entries
    .flatMap((entry) => {
      if (entry?.operation !== "PUT") return [];
      const read = announcementSchema.safeParse(jsonOr(entry.string()));
      return read.success ? [read.data] : [];
    })
    .sort((a, b) => (a.name + a.id < b.name + b.id ? -1 : 1));
}

/** The value of a text that is to be JSON; undefined where it isn't. */
export function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Whoever reads it finds that it is not what it should be.
  }
}

/** One way of a session, and back. `onFault` is told when a message is missing. */
export function openChannel<Out, In>(
  connection: NatsConnection,
  out: string,
  back: string,
  onMessage: (message: In) => void,
  onFault: (error: LabError) => void,
): { send(message: Out): void; close(): void } {
  const assemble = createAssembly<In>(onMessage);
  const subscription = connection.subscribe(back, {
    callback: (error: Error | null, { data }: Msg) => {
      try {
        if (error) throw error;
        assemble(data);
      } catch (fault) {
        onFault(LabError.from(fault));
      }
    },
  });
  let number = 0;
  return {
    send: (message) => {
      // Then nobody is there to be told anything.
      if (connection.isClosed()) return;
      for (const piece of piecesOf(message, number)) connection.publish(out, piece);
      number += 1;
    },
    close: () => subscription.unsubscribe(),
  };
}
