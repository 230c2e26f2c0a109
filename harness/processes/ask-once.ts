import type { BreakdownReply, BreakdownRequest } from "../breakdown/messages.ts";
import type { ClientCostReply, ClientCostRequest } from "../client-cost/messages.ts";
import type { JourneyReply, JourneyRequest } from "../journey/messages.ts";
import { Child } from "./child.ts";
import type { ConformanceReply, ConformanceRequest } from "./messages.ts";

type Request = BreakdownRequest | JourneyRequest | ConformanceRequest | ClientCostRequest;
type Reply = BreakdownReply | JourneyReply | ConformanceReply | ClientCostReply;

/** Rejects as Child.ask() does, and with the signal's reason when aborted. */
export type Ask = <K extends Reply["kind"]>(
  request: Request,
  kind: K,
) => Promise<Extract<Reply, { kind: K }>>;

const PATIENCE_MS = 60_000;

/**
 * Does work with a process that examines a transport, starts it when first asked, and has ended it when this settles. It answers one request
 * after the other; one that has failed is replaced. `name` is what messages call it.
 */
export async function withExaminer<T>(
  name: string,
  signal: AbortSignal,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  let child: Child<Request, Reply> | undefined;
  const stop = async () => {
    const ended = child;
    child = undefined;
    await ended?.stop();
  };
  const onAbort = () => void stop();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(async (request, kind) => {
      signal.throwIfAborted();
      child ??= new Child("examiner", name);
      try {
        return await child.ask(request, kind, PATIENCE_MS);
      } catch (error) {
        await stop();
        signal.throwIfAborted();
        throw error;
      }
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
    await stop();
  }
}

/** The answer to a single request. */
export function askOnce<K extends Reply["kind"]>(
  name: string,
  request: Request,
  kind: K,
  signal: AbortSignal,
): Promise<Extract<Reply, { kind: K }>> {
  return withExaminer(name, signal, (ask) => ask(request, kind));
}
