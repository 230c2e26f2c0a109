import { randomBytes } from "node:crypto";
import type {
  Backplane,
  BackplaneNode,
  BackplaneSettings,
  Placed,
  Post,
  Publication,
  Reading,
  Standing,
} from "../../../core/backplane.ts";
import { type ChannelName, parseChannel, userChannel } from "../../../core/channel.ts";
import { eventId, positionOf } from "../../../core/cursor.ts";
import { LabError } from "../../../core/errors.ts";
import { unknownNotification } from "../../../core/receipts.ts";
import { judge, unavailable } from "./errors.ts";
import { Link } from "./link.ts";
import { parsePublication, tailOf } from "./message.ts";
import { ANNOUNCE_MS, NODE_TTL_MS, Presence } from "./presence.ts";
import { ANNOUNCE, HELLO, HISTORY, MARK, PRESENT, PROBE, PUBLISH } from "./scripts.ts";
import { PATIENCE_MS, Tasks } from "./tasks.ts";

export interface RedisBackplaneOptions {
  /** Before every key; services that share one Redis need different ones. Default `notif-lab:`. */
  readonly prefix?: string;
  /** How long a channel on which nothing is published is remembered. Default an hour. */
  readonly retentionMs?: number;
  /** Told when Redis can't be reached any more, with the reason, and when it can again. */
  readonly onState?: (state: "up" | "down", reason?: LabError) => void;
}

/** How often it is looked whether Redis answers. */
const BEAT_MS = 1_000;
/** How long changes of who is there are collected. */
const COLLECT_MS = 100;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** Channels to subscribe to in one command. */
const CHANNELS_AT_ONCE = 500;

/**
 * Connects to a Redis 7 or newer at a `redis://` or `rediss://` address. Rejects with `unavailable` when there is none that can be used; once
 * it has settled, a connection that is lost is made anew for as long as it takes.
 */
export async function connectRedis(url: string, options: RedisBackplaneOptions = {}): Promise<Backplane> {
  const backplane = new RedisBackplane(url, options);
  await backplane.connect();
  return backplane;
}

class RedisBackplane implements Backplane {
  readonly #url: string;
  readonly #prefix: string;
  readonly #retentionMs: number;
  readonly #onState: NonNullable<RedisBackplaneOptions["onState"]>;
  readonly #name = randomBytes(6).toString("hex");
  readonly #presence = new Presence(this.#name);
  readonly #tasks: Tasks;
  readonly #following = new Map<ChannelName, () => void>();
  readonly #timers: NodeJS.Timeout[] = [];
  #node: BackplaneNode | undefined;
  #epoch = "";
  #position = 0;
  #publishes = 0;
  #link: Link | undefined;
  /** Redis's clock less performance.now(). */
  #clockOffsetMs = 0;
  #askedAt = 0;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;
  #collecting: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    url: string,
    { prefix = "notif-lab:", retentionMs = 3_600_000, onState }: RedisBackplaneOptions,
  ) {
    this.#url = url;
    this.#prefix = prefix;
    this.#retentionMs = retentionMs;
    this.#onState = onState ?? (() => undefined);
    this.#tasks = new Tasks((link, error) => this.#drop(link, error));
  }

  get epoch(): string {
    return this.#epoch;
  }

  get position(): number {
    return this.#position;
  }

  /** The first connection; those after it come by themselves. */
  async connect(): Promise<void> {
    try {
      await this.#establish();
    } catch (error) {
      await this.close();
      throw error instanceof LabError ? error : connectError(error);
    }
    this.#timers.push(setInterval(() => this.#beat(), BEAT_MS).unref());
    this.#timers.push(setInterval(() => this.#announce("some"), ANNOUNCE_MS).unref());
  }

  start(node: BackplaneNode): void {
    this.#node = node;
  }

  async publish(post: Post): Promise<Placed> {
    const { replayWindow, receiptWindow, publishesPerMinute } = this.#settings;
    this.#publishes += 1;
    const count = this.#publishes;
    const user = post.kind === "notification" ? post.from : post.by;
    const { channel } = post;
    const tail = tailOf(post);
    const limit = publishesPerMinute === Number.POSITIVE_INFINITY ? -1 : publishesPerMinute;
    try {
      const reply = await this.#tasks.ask((link, again, deadline) =>
        link.run(PUBLISH, [
          this.#prefix,
          this.#epoch,
          replayWindow,
          this.#retentionMs,
          this.#onClockOfRedis(deadline),
          tail,
          this.#on(channel),
          `${this.#prefix}seq:${channel}`,
          `${this.#prefix}log:${channel}`,
          channel,
          user,
          limit,
          receiptWindow,
          `${this.#prefix}done:${this.#name}`,
          count,
          again ? 1 : 0,
        ]),
      );
      const [seq = 0, position = 0] = String(reply).split(" ").map(Number);
      return { id: eventId(this.#epoch, position), seq };
    } catch (error) {
      throw answered(error, "RATE")
        ? new LabError("rate_limited", `at most ${limit} publishes a minute; wait and try again`)
        : error;
    }
  }

  async markRead({ id, by, at, channels }: Reading): Promise<boolean> {
    const { replayWindow } = this.#settings;
    try {
      const reply = await this.#tasks.ask((link, _, deadline) =>
        link.run(MARK, [
          this.#prefix,
          this.#epoch,
          replayWindow,
          this.#retentionMs,
          this.#onClockOfRedis(deadline),
          tailOf({ kind: "receipt", channel: userChannel(by), of: id, by, at }),
          knownPosition(this.#epoch, id),
          by,
          ...channels.keys(),
        ]),
      );
      return reply === 1;
    } catch (error) {
      throw answered(error, "UNKNOWN") ? unknownNotification() : error;
    }
  }

  follow(channel: ChannelName): Promise<Standing> {
    let wanted = true;
    this.#following.set(channel, () => {
      wanted = false;
    });
    return this.#tasks.ask(async (link) => {
      // Before the history is read, so that nothing falls in between; and no more for a channel that was given up meanwhile.
      const subscribed = wanted ? link.subscribe(this.#on(channel)) : undefined;
      const read = this.#history(link, this.#epoch, channel, 0);
      const [{ position, standing }] = await Promise.all([read, subscribed]);
      this.#reached(position);
      return standing;
    });
  }

  unfollow(channel: ChannelName): void {
    this.#following.get(channel)?.();
    this.#following.delete(channel);
    this.#link?.unsubscribe(this.#on(channel));
  }

  async catchUp(): Promise<void> {
    await this.#tasks.ask((link) => this.#look(link));
  }

  count(user: string, change: 1 | -1): void {
    this.#presence.count(user, change);
    this.#collecting ??= setTimeout(() => {
      this.#collecting = undefined;
      this.#announce("some");
    }, COLLECT_MS).unref();
  }

  elsewhere(user: string): number {
    return this.#presence.elsewhere(user);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#retry);
    clearTimeout(this.#collecting);
    this.#tasks.close();
    const link = this.#link;
    this.#link = undefined;
    if (!link) return;
    // Others need not wait until they notice.
    const leaving = link.run(ANNOUNCE, [this.#prefix, this.#name, 0, 0]).catch(() => undefined);
    const impatient = new Promise((resolve) => setTimeout(resolve, 250).unref());
    await Promise.race([leaving, impatient]);
    link.destroy();
  }

  get #settings(): BackplaneSettings {
    if (!this.#node) throw new LabError("internal", "the backplane was not started");
    return this.#node.settings;
  }

  #on(channel: ChannelName): string {
    return `${this.#prefix}on:${channel}`;
  }

  #onClockOfRedis(atMs: number): number {
    return Math.round(atMs + this.#clockOffsetMs);
  }

  /** Opens a connection, and takes up where the last one ended. */
  async #establish(): Promise<void> {
    const link = await Link.open(this.#url, `notif-lab-${this.#name}`);
    try {
      await this.#resume(link);
    } catch (error) {
      link.destroy();
      throw error;
    }
  }

  async #resume(link: Link): Promise<void> {
    const early: [channel: string, message: string][] = [];
    link.onMessage = (channel, message) => early.push([channel, message]);
    const known = this.#epoch;
    const proposed = randomBytes(4).toString("hex");
    const hello = await link.run(HELLO, [this.#prefix, proposed, known, this.#position]);
    const [epoch = "", begun = 0, position = 0, clock = 0] = Array.isArray(hello) ? hello.map(String) : [];
    const renewed = known !== "" && known !== epoch;
    const since = renewed ? Number(begun) : this.#position;
    this.#clockOffsetMs = Number(clock) - performance.now();
    await link.run(PROBE, [this.#prefix, this.#name]);
    const channels = [...(this.#node?.followed() ?? [])];
    const topics = [`${this.#prefix}nodes`, ...channels.map(([channel]) => this.#on(channel))];
    for (let from = 0; from < topics.length; from += CHANNELS_AT_ONCE)
      await link.subscribe(...topics.slice(from, from + CHANNELS_AT_ONCE));
    const present = await link.run(PRESENT, [this.#prefix]);
    this.#presence.restore(asPresent(present), performance.now());
    const standings = new Map<ChannelName, Standing>();
    const read = async ([channel, newest]: readonly [ChannelName, number]) => {
      const from = renewed ? since : newest;
      standings.set(channel, (await this.#history(link, epoch, channel, from)).standing);
    };
    await Promise.all(channels.map(read));
    // Not in a microtask: see Hub.
    await new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        if (link.lost || this.#closed) {
          reject(unavailable("the connection to Redis is lost"));
          return;
        }
        // Not before: should this attempt fail, the next has to know from where to go on.
        this.#epoch = epoch;
        if (renewed) this.#position = since;
        if (known !== "") this.#node?.restored({ since, renewed, standings });
        this.#reached(Number(position));
        this.#begin(link, early);
        resolve();
      });
    });
  }

  /** All that was missed has been delivered: from now on the connection is the one that is used. */
  #begin(link: Link, early: readonly (readonly [channel: string, message: string])[]): void {
    this.#link = link;
    this.#askedAt = 0;
    this.#retryMs = FIRST_RETRY_MS;
    link.onMessage = (channel, message) => this.#receive(link, channel, message);
    link.onLost = () => this.#drop(link, unavailable("the connection to Redis is lost"));
    for (const [channel, message] of early) this.#receive(link, channel, message);
    if (this.#link !== link) return;
    this.#announce("all");
    this.#tasks.up(link);
    this.#onState("up");
  }

  #receive(link: Link, channel: string, message: string): void {
    if (channel === `${this.#prefix}nodes`) {
      this.#presence.heard(message, performance.now());
      return;
    }
    const name = parseChannel(channel.slice(this.#prefix.length + "on:".length));
    const publication = parsePublication(this.#epoch, name, message);
    const whole = this.#node?.publication(publication) ?? true;
    if (whole) this.#reached(publication.position);
    else this.#drop(link, unavailable("an event did not come"));
  }

  #reached(position: number): void {
    if (position > this.#position) this.#position = position;
  }

  /** Of one channel, behind a position. */
  async #history(link: Link, epoch: string, channel: ChannelName, since: number) {
    const { replayWindow } = this.#settings;
    const args = [this.#prefix, epoch, replayWindow, this.#retentionMs, channel, since];
    const reply = await link.run(HISTORY, args);
    const [position, seq, lostUpTo, forgotten, log] = Array.isArray(reply) ? reply : [];
    const events: Publication[] = Array.isArray(log)
      ? log.map((message) => parsePublication(epoch, channel, String(message)))
      : [];
    const standing: Standing = {
      seq: Number(seq),
      lostUpTo: Number(lostUpTo),
      forgotten: forgotten === 1,
      events,
    };
    return { position: Number(position), standing };
  }

  /** Asks where Redis is: everything up to there has come before the answer. */
  async #look(link: Link): Promise<void> {
    const [held, position] = await link.get(`${this.#prefix}epoch`, `${this.#prefix}position`);
    if (held?.split(" ")[0] !== this.#epoch) throw new Error("EPOCH Redis holds something else");
    this.#reached(Number(position ?? 0));
  }

  #beat(): void {
    const link = this.#link;
    const now = performance.now();
    this.#presence.sweep(now);
    if (!link) return;
    if (this.#askedAt > 0) {
      if (now - this.#askedAt > PATIENCE_MS) this.#drop(link, unavailable("Redis does not answer"));
      return;
    }
    this.#askedAt = now;
    this.#look(link).then(
      () => {
        this.#askedAt = 0;
      },
      (error: unknown) => this.#drop(link, judge(error).error),
    );
  }

  #announce(what: "all" | "some"): void {
    const link = this.#link;
    if (!link) return;
    const pairs = what === "all" ? this.#presence.takeAll() : this.#presence.takeChanges();
    link
      .run(ANNOUNCE, [this.#prefix, this.#name, NODE_TTL_MS, what === "all" ? 1 : 0, ...pairs])
      .catch(() => undefined);
  }

  /** Gives up a connection, and looks for another. */
  #drop(link: Link, reason: LabError): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    link.onMessage = () => undefined;
    link.onLost = () => undefined;
    link.destroy();
    if (this.#closed) return;
    this.#tasks.down(reason);
    this.#onState("down", reason);
    this.#retryLater();
  }

  #retryLater(): void {
    const pause = this.#retryMs * (0.5 + Math.random());
    this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    this.#retry = setTimeout(() => {
      this.#establish().catch((error: unknown) => {
        if (this.#closed) return;
        this.#tasks.down(error instanceof LabError ? error : connectError(error));
        this.#retryLater();
      });
    }, pause);
  }
}

function connectError(reason: unknown): LabError {
  const message = reason instanceof Error ? reason.message : String(reason);
  const { error } = judge(reason);
  return /^[A-Z]+ /.test(message)
    ? error
    : unavailable(`Redis can't be reached (${message || "no reason given"})`, reason);
}

/** Whether Redis refused it with this word of a script's. */
function answered(error: unknown, word: string): boolean {
  const cause = error instanceof LabError ? error.cause : undefined;
  return cause instanceof Error && cause.message.startsWith(`${word} `);
}

/** 0, which no event has, for an id of another epoch and for what is none. */
function knownPosition(epoch: string, id: string): number {
  try {
    return positionOf(epoch, id) ?? 0;
  } catch {
    return 0;
  }
}

function asPresent(reply: unknown): (readonly [string, string[]])[] {
  if (!Array.isArray(reply)) return [];
  return reply.map((one) => {
    const [node, pairs] = Array.isArray(one) ? one : [];
    return [String(node), Array.isArray(pairs) ? pairs.map(String) : []] as const;
  });
}
