import type { HubEvent } from "../../core/notification.ts";

export interface Counters {
  /** All that came, each once. */
  readonly received: number;
  /** Of these, what was published before the connection stood again. */
  readonly replayed: number;
  /** Never came, and the client said so. */
  readonly missed: number;
  /** Never came, and nobody said so. */
  readonly lost: number;
  /** Came once more. */
  readonly repeated: number;
}

/** From when something went wrong until all that there was has come. */
interface Episode {
  readonly since: number;
  readonly before: Counters;
  /** `cut`: its connections were reset, and the client has not said that it lost any. */
  readonly kind: "away" | "stalled" | "cut";
  /** Told as soon as it stands again, by both clocks. */
  back: { readonly now: number; readonly at: number } | undefined;
  /** Sequence numbers that the service had given by then. */
  target: Readonly<Record<string, number>> | undefined;
}

/** What is this old when it comes, from a server that is stalled, was held back. */
const HELD_BACK_MS = 250;

/** A client that has said nothing of a cut by then has got over it by itself. */
const UNNOTICED_MS = 1_000;

/** How long what is still to come may take before it is told how far behind it is. */
const PATIENCE_MS = 5_000;

/**
 * Counts what came of each channel by its sequence numbers, and tells in words how a fault went. `now` is a clock that never goes back, in
 * milliseconds; `at` is the time of day.
 */
export class Tally {
  #counters: Counters = { received: 0, replayed: 0, missed: 0, lost: 0, repeated: 0 };
  readonly #last = new Map<string, number>();
  /** Gaps seen while subscriptions were being restored: whether they were told is known afterwards. */
  readonly #open = new Map<string, number>();
  readonly #told = new Set<string>();
  #away = false;
  #episode: Episode | undefined;

  get counters(): Counters {
    return this.#counters;
  }

  /** A subscription begins behind this number. */
  begin(channel: string, seq: number): void {
    if (!this.#last.has(channel)) this.#last.set(channel, seq);
  }

  /** Whether the event, which comes at the time `arrived`, is new, and whether it was published while nothing came. */
  take(
    { channel, seq, at }: Pick<HubEvent, "channel" | "seq" | "at">,
    arrived: number,
  ): "new" | "late" | "repeated" {
    const last = this.#last.get(channel) ?? seq - 1;
    if (seq <= last) {
      this.#add({ repeated: 1 });
      return "repeated";
    }
    this.#last.set(channel, seq);
    this.#gap(channel, seq - last - 1);
    // That it flows again is told after the first of what was held back.
    const { back, kind } = this.#episode ?? {};
    const held = back ? at < back.at : kind === "stalled" && arrived - at > HELD_BACK_MS;
    const late = this.#away || held;
    this.#add(late ? { received: 1, replayed: 1 } : { received: 1 });
    return late ? "late" : "new";
  }

  /** The connection is lost. */
  leave(now: number): void {
    this.#away = true;
    this.#begin(now, "away");
  }

  /** It stands again; of the channels in `missed` not all could be replayed. */
  back(now: number, at: number, missed: readonly string[]): void {
    this.#away = false;
    for (const channel of missed) this.#told.add(channel);
    for (const [channel, gap] of this.#open) this.#gap(channel, gap);
    this.#open.clear();
    if (this.#episode) this.#episode.back = { now, at };
  }

  /** Nothing is read from the server from now on, or it is again. */
  stall(stalled: boolean, now: number, at: number): void {
    if (stalled) this.#begin(now, "stalled");
    else if (this.#episode?.kind === "stalled") this.#episode.back ??= { now, at };
  }

  /** Its connections have been reset, which its client may or may not tell. */
  cut(now: number, at: number): void {
    if (this.#episode) return;
    this.#begin(now, "cut");
    this.back(now, at, []);
  }

  /** Given what the service has published so far: how the fault went, once that is known. */
  settle(seqs: Readonly<Record<string, number>>, now: number): string | undefined {
    const episode = this.#episode;
    if (!episode?.back) return undefined;
    if (episode.kind === "cut" && now - episode.back.now < UNNOTICED_MS) return undefined;
    episode.target ??= { ...seqs };
    let behind = 0;
    for (const [channel, last] of this.#last) {
      const short = (episode.target[channel] ?? 0) - last;
      if (short > 0) behind += short;
    }
    if (behind > 0 && now - episode.back.now < PATIENCE_MS) return undefined;
    this.#episode = undefined;
    for (const channel of this.#told) {
      const short = (episode.target[channel] ?? 0) - (this.#last.get(channel) ?? 0);
      if (short <= 0) continue;
      this.#last.set(channel, episode.target[channel] ?? 0);
      this.#gap(channel, short);
      behind -= short;
    }
    this.#told.clear();
    return this.#inWords(episode, episode.back.now, behind);
  }

  #begin(now: number, kind: Episode["kind"]): void {
    const { since = now, before = this.#counters } = this.#episode ?? {};
    this.#episode = { since, before, kind, back: undefined, target: undefined };
  }

  #gap(channel: string, gap: number): void {
    if (gap <= 0) return;
    if (this.#away) this.#open.set(channel, (this.#open.get(channel) ?? 0) + gap);
    else this.#add(this.#told.has(channel) ? { missed: gap } : { lost: gap });
  }

  #add(more: Partial<Counters>): void {
    const sum = { ...this.#counters };
    for (const [name, count] of Object.entries(more)) sum[name as keyof Counters] += count;
    this.#counters = sum;
  }

  #inWords({ since, before, kind }: Episode, back: number, behind: number): string {
    const { replayed, missed, lost, repeated } = this.#counters;
    const came = replayed - before.replayed;
    const told = missed - before.missed;
    const parts = [
      `${came} ${kind === "away" ? "replayed" : "came late"}`,
      ...(told > 0 ? [`${told} missed, and it said so`] : []),
      `${lost - before.lost} lost`,
      ...(repeated > before.repeated ? [`${repeated - before.repeated} came twice`] : []),
      ...(behind > 0 ? [`${behind} still to come`] : []),
    ];
    const after = `after ${((back - since) / 1_000).toFixed(1)} s`;
    const began = { away: `back ${after}`, stalled: `flows again ${after}`, cut: "cut, and went on at once" };
    return `${began[kind]}: ${parts.join(", ")}`;
  }
}
