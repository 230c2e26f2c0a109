import { nowUs } from "./clock.ts";
import { type Alarm, startMetronome } from "./metronome.ts";

/** What a pacer goes by. */
interface Timing {
  /** A clock, in microseconds. */
  readonly now: () => number;
  /** What wakes it at a moment of that clock. */
  readonly startAlarm: (wake: () => void) => Promise<Alarm>;
}

const REAL: Timing = { now: nowUs, startAlarm: startMetronome };

/** Unless told otherwise the metronome wakes this long before a moment; its thread and the event loop need some of it, the rest is spun. */
const LEAD_US = 500;
/** Who sends seldom is cold when it wakes, and milliseconds late: it is woken earlier by twice what it was late of late, as a moving mean. */
const LEARNING = 1 / 4;
/** But no more than this share of the time between two moments is spent on turning for that. */
const MOST_SPUN = 0.05;
/** A generator that is behind sends without waiting, but lets its event loop turn this often: answers have to come in. */
const TURN_AT_LEAST_US = 1_000;
/** This close to the moment the event loop turns no more: a turn costs a few microseconds and an object to collect. */
const LAST_US = 20;
/** A turn of the spinning event loop that took longer than this did some work. */
const IDLE_TURN_US = 50;

/**
 * Waits for moments to a few microseconds where the process is idle: a thread sleeps until shortly before the moment, and the rest is
 * spent turning the event loop, so that I/O is served all the while. At low rates it costs next to nothing; above about
 * 2,000 moments a second it turns without pause and takes what the core has left.
 */
export class Pacer {
  readonly #now: () => number;
  readonly #leadUs: number;
  #alarm: Alarm | undefined;
  #wake: () => void = () => undefined;
  #interrupted = false;
  #ended: unknown;
  #spunUs = 0;
  #turnedAtUs = 0;
  /** How late it woke, on average. */
  #lateUs = 0;
  #spin = { dueUs: 0, sinceUs: 0, resolve: (): void => undefined };
  /** One function for all turns, of which there are hundreds of thousands a second: what each allocates is collected from the sends' time. */
  readonly #onTurn = () => {
    const spin = this.#spin;
    const turnedUs = this.#now() - spin.sinceUs;
    if (turnedUs < IDLE_TURN_US) this.#spunUs += turnedUs;
    spin.sinceUs += turnedUs;
    if (spin.dueUs - LAST_US < spin.sinceUs && spin.sinceUs < spin.dueUs) {
      const nowAtUs = this.#standUntil(spin.dueUs);
      this.#spunUs += nowAtUs - spin.sinceUs;
      spin.sinceUs = nowAtUs;
    }
    if (spin.sinceUs < spin.dueUs && !this.#interrupted && this.#ended === undefined)
      setImmediate(this.#onTurn);
    else spin.resolve();
  };

  private constructor(now: () => number, leadUs: number) {
    this.#now = now;
    this.#leadUs = leadUs;
  }

  /** Settles when the alarm stands, which unless told otherwise is a thread. */
  static async start(leadUs = LEAD_US, { now, startAlarm }: Timing = REAL): Promise<Pacer> {
    const pacer = new Pacer(now, leadUs);
    pacer.#alarm = await startAlarm(() => pacer.#wake());
    return pacer;
  }

  /** Microseconds that the event loop turned without any work to do: busy to the system, but not with the load. */
  get spunUs(): number {
    return this.#spunUs;
  }

  /**
   * Settles with true at the due time (in the clock's microseconds) or as soon after it as the event loop allows, at once when it
   * has passed; with false when interrupted. One wait at a time. Rejects with the reason of stop().
   */
  async waitUntil(dueUs: number): Promise<boolean> {
    this.#interrupted = false;
    const beganUs = this.#now();
    let nowAtUs = beganUs;
    if (dueUs - nowAtUs > this.#leadUs && this.#ended === undefined) {
      const wakeUs = dueUs - this.#leadBefore(dueUs - nowAtUs);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#alarm?.set(wakeUs);
      });
      nowAtUs = this.#now();
      if (!this.#interrupted) this.#lateUs += LEARNING * (nowAtUs - wakeUs - this.#lateUs);
    }
    const behind = dueUs <= beganUs && nowAtUs - this.#turnedAtUs > TURN_AT_LEAST_US;
    if (nowAtUs < dueUs || behind) {
      await new Promise<void>((resolve) => {
        this.#spin = { dueUs, sinceUs: nowAtUs, resolve };
        setImmediate(this.#onTurn);
      });
      this.#turnedAtUs = this.#spin.sinceUs;
    }
    if (this.#ended !== undefined) throw this.#ended;
    return !this.#interrupted;
  }

  /** Ends a wait under way. */
  interrupt(): void {
    this.#interrupted = true;
    this.#wake();
  }

  /** Ends a wait under way and the alarm; settles when that is gone. Idempotent. */
  async stop(reason: unknown): Promise<void> {
    this.#ended ??= reason;
    this.#wake();
    await this.#alarm?.stop();
  }

  /** How long before a moment that is so far off it has to be woken. */
  #leadBefore(aheadUs: number): number {
    const learned = this.#leadUs + 2 * Math.max(0, this.#lateUs);
    return Math.max(this.#leadUs, Math.min(learned, MOST_SPUN * aheadUs));
  }

  #standUntil(dueUs: number): number {
    for (;;) {
      const nowAtUs = this.#now();
      if (nowAtUs >= dueUs) return nowAtUs;
    }
  }
}
