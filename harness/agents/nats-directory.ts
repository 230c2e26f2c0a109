import type { KV } from "@nats-io/kv";
import type { NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import type { Directory } from "./bus.ts";

const PACKAGES = "@nats-io/transport-node @nats-io/jetstream @nats-io/kv";

/** `ttlMs`: a key of the bucket is gone when it was not written for so long. */
const USUAL = { name: "notif-lab-agents", ttlMs: 10_000 };
/** Of an announcement; what is longer nobody here wrote. */
const LONGEST_ENTRY = 8_192;
const MOST_ENTRIES = 2_000;

/** The libraries, which only those need who use agents. Throws `unsupported` with the command that installs them. */
export async function natsLibraries() {
  try {
    const [transport, kv, { jetstreamManager, StorageType }] = await Promise.all([
      import("@nats-io/transport-node"),
      import("@nats-io/kv"),
      import("@nats-io/jetstream"),
    ]);
    return { ...transport, Kvm: kv.Kvm, jetstreamManager, StorageType };
  } catch (error) {
    throw new LabError(
      "unsupported",
      `agents need libraries that are not installed: npm install ${PACKAGES}`,
      { cause: error },
    );
  }
}

/** The bucket of those who are free; made where it is not there, in memory. Rejects with `unsupported` where the server has no JetStream. */
export async function openDirectory(connection: NatsConnection, bucket = USUAL): Promise<Directory> {
  let opened = await openBucket(connection, bucket);
  /** The server may have started anew, without the bucket. */
  const withBucket = async <T>(act: (opened: KV) => Promise<T>): Promise<T> => {
    try {
      return await act(opened);
    } catch (error) {
      if (connection.isClosed()) throw error;
      opened = await openBucket(connection, bucket);
      return act(opened);
    }
  };
  return {
    put: async (id, text) => void (await withBucket((one) => one.put(id, text))),
    remove: (id) => withBucket((one) => one.delete(id)),
    all: () => withBucket((one) => entriesOf(connection, one, bucket.name)),
  };
}

/**
 * Asks which keys there are, and each for its value. KV's own keys() waits without end for a key that expires between its question how many there
 * are and their delivery.
 */
async function entriesOf(connection: NatsConnection, bucket: KV, name: string): Promise<readonly string[]> {
  const { jetstreamManager } = await natsLibraries();
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const stream = `KV_${name}`;
  const { num_subjects: entriesThere = 0 } = (await manager.streams.info(stream)).state;
  if (entriesThere > MOST_ENTRIES)
    throw new LabError(
      "unsupported",
      `${entriesThere} agents are announced in this NATS, which are too many to list`,
    );
  const { state } = await manager.streams.info(stream, { subjects_filter: ">" });
  const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(`$KV.${name}.`.length));
  const entries = await Promise.all(keys.map((key) => bucket.get(key)));
  return entries.flatMap((entry) =>
    entry?.operation === "PUT" && entry.value.length <= LONGEST_ENTRY ? [entry.string()] : [],
  );
}

async function openBucket(connection: NatsConnection, { name, ttlMs }: typeof USUAL): Promise<KV> {
  const { Kvm, StorageType } = await natsLibraries();
  try {
    const options = { ttl: ttlMs, storage: StorageType.Memory, history: 1 };
    return await new Kvm(connection).create(name, options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(
      "unsupported",
      `this NATS has no JetStream to announce agents in (${reason}); start it with -js`,
      { cause: error },
    );
  }
}
