import type { LoadReply, LoadRequest } from "./messages.ts";

/** A load process, wherever it runs: a child of this process, or an agent's. */
export interface LoadProcess {
  /** Undefined where it is another machine's. */
  readonly pid: number | undefined;
  /** Rejects with the reason when the process is gone without having been asked to. */
  readonly died: Promise<never>;
  /** The reply of the kind asked for. Rejects with `internal` when the process fails or dies, `timeout` when it is too slow. */
  ask<K extends LoadReply["kind"]>(
    request: LoadRequest,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<LoadReply, { kind: K }>>;
  /** Ends it, by force after so long; settles when it is gone. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * The generator's own collections delay what it measures: a large young generation makes them few, it collects beforehand, and none
 * begins of itself, some seconds later, in a slice of another one.
 */
export const LOAD_OPTIONS = ["--expose-gc", "--max-semi-space-size=64", "--no-memory-reducer"];
