import { setTimeout as sleep } from "node:timers/promises";
import { nowUs } from "../measurement/clock.ts";
import { ANSWER_MS, START_MS } from "../trial/site.ts";
import type { TrialProcesses } from "../trial/trial-processes.ts";
import type { Excerpt } from "./excerpt.ts";

/** From the request to the first send. */
const START_LEAD_US = 8_000;
const POLL_MS = 6;

/** A transport's processes in a launch, asked together. */
export class Crew {
  readonly #processes: TrialProcesses;

  constructor(processes: TrialProcesses) {
    this.#processes = processes;
  }

  /** Begins the excerpt; settles with the moment at which it begins. */
  async run(scenario: number, phase: "warmup" | "measure", excerpt: Excerpt): Promise<number> {
    const epochUs = nowUs() + START_LEAD_US;
    await this.#processes.askLoads({ kind: "start", phase, epochUs, scenario, excerpt }, "started");
    return epochUs;
  }

  /** `rest`: once they are still. */
  async sample(rest = false) {
    const [{ sample: server }, loads] = await Promise.all([
      this.#processes.server.ask({ kind: "sample", rest }, "sampled", ANSWER_MS),
      this.#processes.askLoads({ kind: "sample", rest }, "sampled"),
    ]);
    return { server, loads: loads.map(({ sample }) => sample) };
  }

  /** What the load processes found, which they begin anew. */
  async take(scenario: number) {
    const taken = await this.#processes.askLoads({ kind: "take", scenario }, "taken", START_MS);
    return taken.map(({ report }) => report);
  }

  /** Of all load processes, measured or not. */
  async countOf(scenario: number) {
    const counts = (await this.#processes.askLoads({ kind: "count", scenario }, "counted")).map(
      ({ counted }) => counted,
    );
    const sum = (of: (count: (typeof counts)[number]) => number) =>
      counts.reduce((total, count) => total + of(count), 0);
    return {
      settled: counts.every(({ sendsSettled }) => sendsSettled),
      due: sum((one) => one.expected + one.unmeasured.expected),
      delivered: sum((one) => one.delivered + one.unmeasured.delivered),
      receiptsAwaited: sum((one) => one.receiptsAwaited),
    };
  }

  /** Settles when nothing is under way, or when nothing has come for so long. */
  async quiet(scenario: number, timeoutMs: number): Promise<void> {
    let deadline = performance.now() + timeoutMs;
    let last = "";
    for (;;) {
      const { settled, due, delivered, receiptsAwaited } = await this.countOf(scenario);
      if (settled && delivered >= due && receiptsAwaited === 0) return;
      const state = `${delivered} ${receiptsAwaited}`;
      if (state !== last) {
        last = state;
        deadline = performance.now() + timeoutMs;
      }
      if (performance.now() > deadline) return;
      await sleep(POLL_MS);
    }
  }
}
