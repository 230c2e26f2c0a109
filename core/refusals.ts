import { type ErrorCode, LabError } from "./errors.ts";
import type { HubCounters } from "./hub-options.ts";

/** Counts what a hub refuses, by its code. */
export class Refusals {
  readonly #counters: Pick<HubCounters, "refused">;
  readonly #byCode = new Map<ErrorCode, number>();

  constructor(counters: Pick<HubCounters, "refused">) {
    this.#counters = counters;
  }

  get byCode(): ReadonlyMap<ErrorCode, number> {
    return this.#byCode;
  }

  /** What `act` brings; what it throws or rejects with is counted, and goes on to the caller. */
  counted<T>(act: () => T): T {
    try {
      const result = act();
      if (result instanceof Promise) result.catch(this.#count);
      return result;
    } catch (error) {
      this.#count(error);
      throw error;
    }
  }

  readonly #count = (error: unknown): void => {
    const { code } = LabError.from(error);
    this.#counters.refused += 1;
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  };
}
