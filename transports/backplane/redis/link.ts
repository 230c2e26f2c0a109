import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { unavailable } from "./errors.ts";
import { ANNOUNCE, HELLO, HISTORY, MARK, PRESENT, PROBE, PUBLISH } from "./scripts.ts";

const SCRIPTS = [PUBLISH, MARK, HISTORY, HELLO, ANNOUNCE, PRESENT, PROBE];
const digests = new Map(SCRIPTS.map((script) => [script, createHash("sha1").update(script).digest("hex")]));

/** How long a connection may take to stand, its handshake included. */
const CONNECT_MS = 2_000;
const OLDEST_VERSION = 7;

/** One connection to Redis, used once: it never reconnects. Requests and what is published come on it in the order in which Redis carried them out. */
export class Link {
  readonly #redis: Redis;
  /** Called for what is published on channels that this connection subscribes to, in macrotasks alone. */
  onMessage: (channel: string, message: string) => void = () => undefined;
  /** Called once, when it has ended. */
  onLost: () => void = () => undefined;
  #lost = false;

  private constructor(url: string, name: string) {
    this.#redis = new Redis(url, {
      lazyConnect: true,
      connectionName: name,
      connectTimeout: CONNECT_MS,
      retryStrategy: null,
      enableOfflineQueue: false,
      enableReadyCheck: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: null,
      disableClientInfo: true,
      // So that one connection both asks and is told.
      protocol: 3,
    });
    this.#redis.on("message", (channel, message) => this.onMessage(channel, message));
    this.#redis.once("end", () => {
      this.#lost = true;
      this.onLost();
    });
  }

  /** Connects, and loads the scripts. Rejects with what the library says, or `unavailable`; nothing is left open then. */
  static async open(url: string, name: string): Promise<Link> {
    const link = new Link(url, name);
    let first: unknown;
    const impatient = setTimeout(() => {
      first ??= unavailable("Redis does not answer");
      link.destroy();
    }, 2 * CONNECT_MS);
    link.#redis.on("error", (error) => {
      first ??= error;
    });
    try {
      await link.#redis.connect();
      await link.#assertVersion();
      await Promise.all(SCRIPTS.map((script) => link.#redis.call("SCRIPT", "LOAD", script)));
      return link;
    } catch (error) {
      link.destroy();
      // The first tells why; the library's own rejection says only that the connection is closed.
      throw first ?? error;
    } finally {
      clearTimeout(impatient);
    }
  }

  get lost(): boolean {
    return this.#lost;
  }

  run(script: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#redis.call("EVALSHA", [digests.get(script) ?? "", "0", ...args.map(String)]);
  }

  get(...keys: string[]): Promise<(string | null)[]> {
    return this.#redis.mget(...keys);
  }

  async subscribe(...channels: string[]): Promise<void> {
    await this.#redis.subscribe(...channels);
  }

  /** In vain where the connection is lost. */
  unsubscribe(channel: string): void {
    if (!this.#lost) this.#redis.unsubscribe(channel).catch(() => undefined);
  }

  destroy(): void {
    this.#redis.disconnect();
  }

  async #assertVersion(): Promise<void> {
    const answer: unknown = await this.#redis.call("HELLO", "3");
    const fields = Array.isArray(answer) ? answer.map(String) : [];
    const version = fields[fields.indexOf("version") + 1] ?? "unknown";
    if (Number.parseInt(version, 10) >= OLDEST_VERSION) return;
    throw unavailable(`Redis ${OLDEST_VERSION} or newer is needed, this is ${version}`);
  }
}
