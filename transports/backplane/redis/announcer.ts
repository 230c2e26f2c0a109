import type { Link } from "./link.ts";
import { NODE_TTL_MS, Presence } from "./presence.ts";
import { ANNOUNCE, PRESENT } from "./scripts.ts";

/** How often each node says that it is there. */
const ANNOUNCE_MS = 3_000;
/** How often it is looked whether a node has gone silent. */
const SWEEP_MS = 1_000;
/** How long changes are collected. */
const COLLECT_MS = 100;
/** How long a node that closes waits to say so. */
const GOODBYE_MS = 250;

/** Tells other nodes how many sessions of which user are here, and keeps what they tell. */
export class Announcer {
  readonly #prefix: string;
  readonly #name: string;
  readonly #link: () => Link | undefined;
  readonly #presence: Presence;
  readonly #pulse = setInterval(() => this.#tell("some"), ANNOUNCE_MS).unref();
  readonly #sweep = setInterval(() => this.#presence.sweep(performance.now()), SWEEP_MS).unref();
  #collecting: NodeJS.Timeout | undefined;

  constructor(prefix: string, name: string, link: () => Link | undefined) {
    this.#prefix = prefix;
    this.#name = name;
    this.#link = link;
    this.#presence = new Presence(name);
  }

  /** What others tell is published here. */
  get topic(): string {
    return `${this.#prefix}nodes`;
  }

  count(user: string, change: 1 | -1): void {
    this.#presence.count(user, change);
    this.#collecting ??= setTimeout(() => {
      this.#collecting = undefined;
      this.#tell("some");
    }, COLLECT_MS).unref();
  }

  elsewhere(user: string): number {
    return this.#presence.elsewhere(user);
  }

  heard(link: Link, announcement: string): void {
    if (!this.#presence.heard(announcement, performance.now())) this.learn(link).catch(() => undefined);
  }

  /** Asks what all have told so far. */
  async learn(link: Link): Promise<void> {
    const present = await link.run(PRESENT, [this.#prefix]);
    this.#presence.restore(asPresent(present), performance.now());
  }

  /** Tells all that is here, on a connection that is new. */
  begin(): void {
    this.#tell("all");
  }

  stop(): void {
    clearInterval(this.#pulse);
    clearInterval(this.#sweep);
    clearTimeout(this.#collecting);
  }

  /** Says that this node is gone, so that others need not wait until they notice; settles soon in any case. */
  async leave(link: Link): Promise<void> {
    let impatient: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      impatient = setTimeout(resolve, GOODBYE_MS);
    });
    const left = link.run(ANNOUNCE, [this.#prefix, this.#name, 0, 0]).catch(() => undefined);
    await Promise.race([left, late]);
    clearTimeout(impatient);
  }

  #tell(what: "all" | "some"): void {
    const pairs = () => (what === "all" ? this.#presence.takeAll() : this.#presence.takeChanges());
    // What changes meanwhile is told when there is a connection.
    this.#link()
      ?.run(ANNOUNCE, [this.#prefix, this.#name, NODE_TTL_MS, what === "all" ? 1 : 0, ...pairs()])
      .catch(() => undefined);
  }
}

function asPresent(reply: unknown): (readonly [string, string[]])[] {
  if (!Array.isArray(reply)) return [];
  return reply.map((one) => {
    const [node, pairs] = Array.isArray(one) ? one : [];
    return [String(node), Array.isArray(pairs) ? pairs.map(String) : []] as const;
  });
}
