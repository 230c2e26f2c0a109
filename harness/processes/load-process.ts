import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "./messages.ts";

/** A process that answers one request at a time, wherever it runs: a child of this process, or an agent's. */
export interface AnsweringProcess<Request, Reply extends { readonly kind: string }> {
  /** Undefined where it is another machine's. */
  readonly pid: number | undefined;
  /** Rejects with the reason when the process is gone without having been asked to. */
  readonly died: Promise<never>;
  /** The reply of the kind asked for. Rejects with `internal` when the process fails or dies, `timeout` when it is too slow. */
  ask<K extends Reply["kind"]>(
    request: Request,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<Reply, { kind: K }>>;
  /** Ends it, by force after so long; settles when it is gone. Idempotent. */
  stop(graceMs?: number): Promise<void>;
}

export type LoadProcess = AnsweringProcess<LoadRequest, LoadReply>;

export interface ServerProcess extends AnsweringProcess<ServerRequest, ServerReply> {
  /** As ask(), but beside it, for a kind of reply that nobody else gets. Rejects with `unsupported` where the process is an agent's. */
  aside<K extends ServerReply["kind"]>(
    request: ServerRequest,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<ServerReply, { kind: K }>>;
}

/**
 * The generator's own collections delay what it measures: a large young generation makes them few, it collects beforehand, and none
 * begins of itself, some seconds later, in a slice of another one.
 */
export const LOAD_OPTIONS = ["--expose-gc", "--max-semi-space-size=64", "--no-memory-reducer"];
