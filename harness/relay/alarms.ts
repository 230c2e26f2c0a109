import { nowUs } from "../measurement/clock.ts";
import { Pacer } from "../measurement/pacer.ts";

/** A relay shares a CPU with the load: it wakes no longer than this before a moment, and spins for what is left of it. */
const LEAD_US = 150;

interface Alarm {
  readonly dueUs: number;
  readonly ring: () => void;
}

/** Calls back at moments, to some tens of microseconds and never before them: one thread for all connections of a relay. */
export class Alarms {
  readonly #pacer: Pacer;
  /** By their moments, the earliest first. */
  readonly #pending: Alarm[] = [];
  #more: () => void = () => undefined;
  #stopped = false;

  private constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  static async start(): Promise<Alarms> {
    const alarms = new Alarms(await Pacer.start(LEAD_US));
    void alarms.#run();
    return alarms;
  }

  set(dueUs: number, ring: () => void): void {
    const pending = this.#pending;
    let place = pending.length;
    // Most are due after all others.
    while (place > 0 && (pending[place - 1]?.dueUs ?? 0) > dueUs) place -= 1;
    pending.splice(place, 0, { dueUs, ring });
    if (place > 0) return;
    this.#pacer.interrupt();
    this.#more();
  }

  /** Settles when the thread is gone; what is pending never rings. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pending.length = 0;
    this.#more();
    await this.#pacer.stop(new Error("the relay is closed"));
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const [next] = this.#pending;
      if (!next) {
        await new Promise<void>((resolve) => {
          this.#more = resolve;
        });
        continue;
      }
      // False when something earlier has come in, true also for a wait that was not needed.
      await this.#pacer.waitUntil(next.dueUs).catch(() => false);
      this.#ring();
    }
  }

  #ring(): void {
    const now = nowUs();
    const later = this.#pending.findIndex(({ dueUs }) => dueUs > now);
    const due = this.#pending.splice(0, later < 0 ? this.#pending.length : later);
    for (const { ring } of due) ring();
  }
}
