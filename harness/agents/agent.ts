import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import type { KV } from "@nats-io/kv";
import { LabError } from "../../core/errors.ts";
import { PROTOCOL } from "../processes/protocol.ts";
import { openFilesLimit, ownVersion } from "../run/environment.ts";
import { whyUnlike } from "./member.ts";
import {
  ANNOUNCE_EVERY_MS,
  type Announcement,
  type Claim,
  type ClaimReply,
  claimSchema,
  subjects,
} from "./messages.ts";
import { connectNats, jsonOr, openBucket, whenLost } from "./nats.ts";
import { bootId } from "./pool.ts";
import { Session } from "./session.ts";

export interface AgentOptions {
  readonly url: string;
  /** Default: the machine's name and something of its own. */
  readonly name?: string | undefined;
  /** One line for people, about what it does. */
  readonly onEvent: (line: string) => void;
}

/** Announces itself and works for whoever claims it, until the signal aborts; then nothing of it is left. Rejects as connectNats() and openBucket() do. */
export async function runAgent({ url, name, onEvent }: AgentOptions, signal: AbortSignal): Promise<void> {
  const id = randomBytes(8).toString("hex");
  const self: Announcement = {
    id,
    name: name ?? `${hostname()}-${id.slice(0, 4)}`,
    version: ownVersion(),
    protocol: PROTOCOL,
    node: process.version,
    cores: availableParallelism(),
    openFiles: openFilesLimit(),
    boot: bootId(),
  };
  const connection = await connectNats(url, `notif-lab agent ${self.name}`);
  let session: Session | undefined;
  // From the first claim on, so that a second one that comes at once is refused.
  let isTaken = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    let bucket: KV = await openBucket(connection);
    // Who works is not announced: that would be traffic in the measured time.
    const announce = async () => {
      if (isTaken || signal.aborted) return;
      try {
        await bucket.put(id, JSON.stringify(self));
      } catch {
        // The server may have started anew, without the bucket.
        if (!connection.isClosed()) bucket = await openBucket(connection);
      }
    };
    const work = async (claim: Claim): Promise<ClaimReply> => {
      const unlike = whyUnlike(self, claim);
      if (unlike !== undefined) return { refused: unlike };
      if (isTaken) return { refused: "it works for another run" };
      isTaken = true;
      try {
        const opened = await Session.open(connection, claim);
        session = opened;
        onEvent("works for a controller");
        void opened.ended.then((reason) => {
          session = undefined;
          isTaken = false;
          onEvent(`is free: ${reason}`);
          return announce().catch(() => undefined);
        });
        await bucket.delete(id).catch(() => undefined);
        return { accepted: true };
      } catch (error) {
        isTaken = false;
        return { refused: LabError.from(error).message };
      }
    };
    connection.subscribe(subjects.claim(id), {
      callback: (_, message) => {
        const read = claimSchema.safeParse(jsonOr(message.string()));
        const reply = read.success
          ? work(read.data)
          : Promise.resolve({
              refused: "it does not understand the claim; install the same version on both",
            });
        void reply.then((answer) => message.respond(JSON.stringify(answer)));
      },
    });
    whenLost(connection, () => void session?.end("the connection to NATS is gone"));
    await announce();
    timer = setInterval(() => void announce().catch(() => undefined), ANNOUNCE_EVERY_MS);
    onEvent(`${self.name} waits for work`);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    isTaken = true;
    clearInterval(timer);
    await session?.end("the agent was stopped");
    await Promise.race([bucket.delete(id), timeout()]).catch(() => undefined);
  } finally {
    clearInterval(timer);
    await Promise.race([connection.drain(), timeout()]).catch(() => undefined);
    await connection.close();
  }
}

/** Without the server there is nobody to say goodbye to. */
function timeout(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1_000).unref());
}
