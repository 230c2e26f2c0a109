import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { builtModule } from "../processes/built-module.ts";
import { nowUs } from "./clock.ts";

/** Unless told otherwise the metronome wakes this long before a moment; its thread and the event loop need some of it, the rest is spun. */
const LEAD_US = 500;
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
  readonly #turn: Int32Array;
  readonly #moment: Float64Array;
  readonly #thread: Worker;
  readonly #leadUs: number;
  #wake: () => void = () => undefined;
  #interrupted = false;
  #ended: unknown;
  #spunUs = 0;
  #turnedAtUs = 0;
  #spin = { dueUs: 0, sinceUs: 0, resolve: (): void => undefined };
  /** One function for all turns, of which there are hundreds of thousands a second: what each allocates is collected from the sends' time. */
  readonly #onTurn = () => {
    const spin = this.#spin;
    const turnedUs = nowUs() - spin.sinceUs;
    if (turnedUs < IDLE_TURN_US) this.#spunUs += turnedUs;
    spin.sinceUs += turnedUs;
    if (spin.dueUs - LAST_US < spin.sinceUs && spin.sinceUs < spin.dueUs) {
      const nowAtUs = standUntil(spin.dueUs);
      this.#spunUs += nowAtUs - spin.sinceUs;
      spin.sinceUs = nowAtUs;
    }
    if (spin.sinceUs < spin.dueUs && !this.#interrupted && this.#ended === undefined)
      setImmediate(this.#onTurn);
    else spin.resolve();
  };

  private constructor(leadUs: number) {
    this.#leadUs = leadUs;
    const memory = new SharedArrayBuffer(16);
    this.#turn = new Int32Array(memory, 0, 1);
    this.#moment = new Float64Array(memory, 8, 1);
    this.#thread = new Worker(builtModule("harness/measurement/metronome-thread"), { workerData: memory });
    this.#thread.on("message", () => this.#wake());
  }

  /** Settles when the metronome's thread stands. */
  static async start(leadUs = LEAD_US): Promise<Pacer> {
    const pacer = new Pacer(leadUs);
    await once(pacer.#thread, "online");
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
    const beganUs = nowUs();
    let nowAtUs = beganUs;
    if (dueUs - nowAtUs > this.#leadUs && this.#ended === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#set(dueUs - this.#leadUs);
      });
      nowAtUs = nowUs();
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

  /** Ends a wait under way and the thread; settles when the thread is gone. Idempotent. */
  async stop(reason: unknown): Promise<void> {
    this.#ended ??= reason;
    this.#set(-1);
    this.#wake();
    await this.#thread.terminate();
  }

  #set(momentUs: number): void {
    this.#moment[0] = momentUs;
    Atomics.add(this.#turn, 0, 1);
    Atomics.notify(this.#turn, 0);
  }
}

function standUntil(dueUs: number): number {
  for (;;) {
    const nowAtUs = nowUs();
    if (nowAtUs >= dueUs) return nowAtUs;
  }
}
