import { randomBytes } from "node:crypto";
import type {
  Backplane,
  BackplaneNode,
  BackplaneSettings,
  Placed,
  Post,
  Reading,
  Standing,
} from "../../../core/backplane.ts";
import { type ChannelName, isChannelName } from "../../../core/channel.ts";
import { eventId } from "../../../core/cursor.ts";
import { LabError } from "../../../core/errors.ts";
import { unknownNotification } from "../../../core/receipts.ts";
import { Announcer } from "./announcer.ts";
import { Beat } from "./beat.ts";
import { answered, connectError, unavailable } from "./errors.ts";
import { Keeper } from "./keeper.ts";
import { Link } from "./link.ts";
import { parsePublication } from "./message.ts";
import { type Asking, markRead, publish, readHistory, type Sending, topicOf } from "./requests.ts";
import { resume } from "./resume.ts";
import { Tasks } from "./tasks.ts";

export interface RedisBackplaneOptions {
  /** Before every key; services that share one Redis need different ones. Default `notif-lab:`. */
  readonly prefix?: string;
  /** How long a channel on which nothing is published is remembered. Default an hour. */
  readonly retentionMs?: number;
  /** Told when Redis can't be reached any more, with the reason, and when it can again. */
  readonly onState?: (state: "up" | "down", reason?: LabError) => void;
}

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
  readonly #asking: Asking;
  readonly #onState: NonNullable<RedisBackplaneOptions["onState"]>;
  readonly #keeper = new Keeper({
    open: () => this.#establish(),
    up: (link) => this.#begin(link),
    down: (reason) => this.#down(reason),
  });
  readonly #tasks = new Tasks((link, error) => this.#keeper.drop(link, error));
  readonly #announcer: Announcer;
  readonly #beat = new Beat({
    link: () => this.#keeper.link,
    ask: (link) => this.#look(link),
    dead: (link, reason) => this.#keeper.drop(link, reason),
  });
  /** How much of a topic comes before the channel. */
  readonly #topicsBegin: number;
  /** By channel that is about to be followed or is: gives that up. */
  readonly #following = new Map<ChannelName, () => void>();
  #node: BackplaneNode | undefined;
  #epoch = "";
  #position = 0;
  #publishes = 0;
  /** The clock of Redis less performance.now(). */
  #clockOffsetMs = 0;

  constructor(
    url: string,
    { prefix = "notif-lab:", retentionMs = 3_600_000, onState }: RedisBackplaneOptions,
  ) {
    this.#url = url;
    this.#asking = { prefix, retentionMs, name: randomBytes(6).toString("hex") };
    this.#topicsBegin = topicOf(prefix, "topic/").length - "topic/".length;
    this.#onState = onState ?? (() => undefined);
    this.#announcer = new Announcer(prefix, this.#asking.name, () => this.#keeper.link);
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
      await this.#keeper.start();
    } catch (error) {
      await this.close();
      throw connectError(error);
    }
  }

  start(node: BackplaneNode): void {
    this.#node = node;
  }

  async publish(post: Post): Promise<Placed> {
    this.#publishes += 1;
    const count = this.#publishes;
    let epoch = "";
    try {
      const { seq, position } = await this.#tasks.ask(async (link, again, deadline) => {
        // What Redis knew of it is lost: to publish it again might be once too often.
        if (again && epoch !== this.#epoch)
          throw unavailable("Redis has lost what it held; whether this was published is unknown");
        epoch = this.#epoch;
        return publish(link, this.#asking, this.#sending(deadline), post, count, again);
      });
      return { id: eventId(this.#epoch, position), seq };
    } catch (error) {
      if (!answered(error, "RATE")) throw error;
      const most = this.#settings.publishesPerMinute;
      throw new LabError("rate_limited", `at most ${most} publishes a minute; wait and try again`);
    }
  }

  async markRead(reading: Reading): Promise<boolean> {
    try {
      return await this.#tasks.ask((link, _, deadline) =>
        markRead(link, this.#asking, this.#sending(deadline), reading),
      );
    } catch (error) {
      throw answered(error, "UNKNOWN") ? unknownNotification() : error;
    }
  }

  follow(channel: ChannelName): Promise<Standing> {
    let wanted = true;
    this.#following.set(channel, () => {
      wanted = false;
    });
    return this.#tasks.ask(async (link, _, deadline) => {
      // Before the history is read, so that nothing falls in between; and no more for a channel that was given up meanwhile.
      const subscribed = wanted ? link.subscribe(topicOf(this.#asking.prefix, channel)) : undefined;
      const read = readHistory(link, this.#asking, this.#sending(deadline), channel, 0);
      const [{ position, standing }] = await Promise.all([read, subscribed]);
      this.#reached(position);
      return standing;
    });
  }

  unfollow(channel: ChannelName): void {
    this.#following.get(channel)?.();
    this.#following.delete(channel);
    this.#keeper.link?.unsubscribe(topicOf(this.#asking.prefix, channel));
  }

  async catchUp(): Promise<void> {
    await this.#tasks.ask((link) => this.#look(link));
  }

  count(user: string, change: 1 | -1): void {
    this.#announcer.count(user, change);
  }

  elsewhere(user: string): number {
    return this.#announcer.elsewhere(user);
  }

  async close(): Promise<void> {
    if (this.#keeper.closed) return;
    const link = this.#keeper.close();
    this.#beat.stop();
    this.#announcer.stop();
    this.#tasks.close();
    if (link) await this.#announcer.leave(link);
    link?.destroy();
  }

  get #settings(): BackplaneSettings {
    if (!this.#node) throw new LabError("internal", "the backplane was not started");
    return this.#node.settings;
  }

  /** `deadline` by performance.now(). */
  #sending(deadline: number): Sending {
    return {
      epoch: this.#epoch,
      settings: this.#settings,
      deadlineMs: Math.round(deadline + this.#clockOffsetMs),
    };
  }

  /** Opens a connection, and takes up where the last one ended. */
  async #establish(): Promise<Link> {
    const link = await Link.open(this.#url, `notif-lab-${this.#asking.name}`);
    try {
      await this.#resume(link);
      return link;
    } catch (error) {
      link.destroy();
      throw error;
    }
  }

  async #resume(link: Link): Promise<void> {
    const early: [topic: string, message: string][] = [];
    link.onMessage = (topic, message) => early.push([topic, message]);
    const known = { epoch: this.#epoch, position: this.#position };
    const resumed = await resume(link, this.#asking, known, this.#node, this.#announcer);
    await inMacrotask(() => {
      if (link.lost || this.#keeper.closed) throw unavailable("the connection to Redis is lost");
      // Not before: should this attempt fail, the next has to know from where to go on.
      this.#epoch = resumed.epoch;
      this.#clockOffsetMs = resumed.clockOffsetMs;
      if (resumed.renewed) this.#position = resumed.since;
      if (known.epoch !== "") this.#node?.restored(resumed);
      this.#reached(resumed.position);
      link.onMessage = (topic, message) => this.#receive(link, topic, message);
      this.#keeper.stands(link);
      for (const [topic, message] of early) this.#receive(link, topic, message);
    });
  }

  /** All that was missed has been delivered. */
  #begin(link: Link): void {
    this.#beat.begin();
    this.#announcer.begin();
    this.#tasks.up(link);
    this.#onState("up");
  }

  #down(reason: LabError): void {
    // Told once, however many attempts are in vain.
    if (this.#tasks.down(reason)) this.#onState("down", reason);
  }

  #receive(link: Link, topic: string, message: string): void {
    if (topic === this.#announcer.topic) {
      const [word, epoch] = message.split(" ", 2);
      if (word !== "epoch") this.#announcer.heard(link, message);
      else if (epoch !== this.#epoch) this.#keeper.drop(link, unavailable("Redis has lost what it held"));
      return;
    }
    const channel = topic.slice(this.#topicsBegin);
    const publication = isChannelName(channel) && parsePublication(this.#epoch, channel, message);
    if (!publication) return;
    const whole = this.#node?.publication(publication) ?? true;
    if (whole) this.#reached(publication.position);
    else this.#keeper.drop(link, unavailable("an event did not come"));
  }

  #reached(position: number): void {
    if (position > this.#position) this.#position = position;
  }

  /** Asks where Redis is: everything up to there has come before the answer. */
  async #look(link: Link): Promise<void> {
    const { prefix } = this.#asking;
    const [held, position] = await link.get(`${prefix}epoch`, `${prefix}position`);
    if (held?.split(" ")[0] !== this.#epoch) throw new Error("EPOCH Redis holds something else");
    this.#reached(Number(position ?? 0));
  }
}

/** Settles with what `act` does in a turn of the event loop of its own: see Hub. */
function inMacrotask(act: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      try {
        act();
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  });
}
