/** A node that says nothing for so long is gone. */
export const NODE_TTL_MS = 10_000;

interface Other {
  readonly counts: Map<string, number>;
  heardAt: number;
}

/** How many sessions of which user each node has: this one's to be announced, and the others' as they announce them. */
export class Presence {
  readonly #self: string;
  readonly #here = new Map<string, number>();
  #changed = new Set<string>();
  readonly #others = new Map<string, Other>();
  readonly #elsewhere = new Map<string, number>();

  constructor(self: string) {
    this.#self = self;
  }

  count(user: string, change: 1 | -1): void {
    const sessions = (this.#here.get(user) ?? 0) + change;
    if (sessions > 0) this.#here.set(user, sessions);
    else this.#here.delete(user);
    this.#changed.add(user);
  }

  elsewhere(user: string): number {
    return this.#elsewhere.get(user) ?? 0;
  }

  /** Pairs of a user and a count that changed since the last time. */
  takeChanges(): (string | number)[] {
    const changed = this.#changed;
    this.#changed = new Set();
    return [...changed].flatMap((user) => [user, this.#here.get(user) ?? 0]);
  }

  /** Pairs of every user that is here and a count. */
  takeAll(): (string | number)[] {
    this.#changed.clear();
    return [...this.#here].flat();
  }

  /**
   * Takes what a node has announced: `all`, `some` or `left`, its name, and pairs of a user and a count. False when it has told only some, and
   * what it told before is not known: then all is to be asked for.
   */
  heard(announcement: string, now: number): boolean {
    const [kind, node = "", ...pairs] = announcement.split(" ");
    if (node === this.#self) return true;
    if (kind === "some" && !this.#others.has(node)) return false;
    if (kind !== "some") this.#forget(node);
    if (kind !== "left") this.#set(node, pairs, now);
    return true;
  }

  /** Takes what all nodes have announced so far. */
  restore(present: readonly (readonly [node: string, pairs: readonly string[]])[], now: number): void {
    for (const node of [...this.#others.keys()]) this.#forget(node);
    for (const [node, pairs] of present) if (node !== this.#self) this.#set(node, pairs, now);
  }

  /** Forgets nodes that have not been heard. */
  sweep(now: number): void {
    for (const [node, { heardAt }] of this.#others) if (now - heardAt > NODE_TTL_MS) this.#forget(node);
  }

  #set(node: string, pairs: readonly string[], now: number): void {
    const other = this.#others.get(node) ?? { counts: new Map<string, number>(), heardAt: now };
    other.heardAt = now;
    this.#others.set(node, other);
    for (let index = 0; index + 1 < pairs.length; index += 2) {
      const [user = "", sessions = 0] = [pairs[index], Number(pairs[index + 1])];
      this.#add(user, sessions - (other.counts.get(user) ?? 0));
      if (sessions > 0) other.counts.set(user, sessions);
      else other.counts.delete(user);
    }
  }

  #forget(node: string): void {
    for (const [user, sessions] of this.#others.get(node)?.counts ?? []) this.#add(user, -sessions);
    this.#others.delete(node);
  }

  #add(user: string, change: number): void {
    const sessions = (this.#elsewhere.get(user) ?? 0) + change;
    if (sessions > 0) this.#elsewhere.set(user, sessions);
    else this.#elsewhere.delete(user);
  }
}
