import type { BreakdownReply, BreakdownRequest } from "../breakdown/messages.ts";
import type { JourneyReply, JourneyRequest } from "../journey/messages.ts";
import { Child } from "./child.ts";

type Request = BreakdownRequest | JourneyRequest;
type Reply = BreakdownReply | JourneyReply;

const PATIENCE_MS = 60_000;

/**
 * The answer of a recording process that is there for one request and gone when this settles; `name` is what messages call it. Rejects as
 * Child.ask() does, and with the signal's reason when aborted.
 */
export async function askOnce<K extends Reply["kind"]>(
  name: string,
  request: Request,
  kind: K,
  signal: AbortSignal,
): Promise<Extract<Reply, { kind: K }>> {
  signal.throwIfAborted();
  const child = new Child<Request, Reply>("breakdown", name);
  const stop = () => void child.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await child.ask(request, kind, PATIENCE_MS);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
    await child.stop();
  }
}
