import type { Instance, Options } from "autocannon";
import { LabError } from "../../../core/errors.ts";

/** Whether the optional package is there. */
export async function hasAutocannon(): Promise<boolean> {
  try {
    await import("autocannon");
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return false;
    throw error;
  }
}

/** What autocannon saw of its requests, one by one: its own histogram has whole milliseconds only. */
export interface Answers {
  readonly latenciesUs: readonly number[];
  /** Bytes of the answers, status lines and headers included. */
  readonly bytes: number;
}

/** Sends so many requests on one connection. Rejects with `internal` unless all are answered with 200. */
export async function fire(
  options: Options & { readonly amount: number },
  signal: AbortSignal,
): Promise<Answers> {
  signal.throwIfAborted();
  const { default: autocannon } = await import("autocannon");
  const latenciesUs: number[] = [];
  let bytes = 0;
  let refused = 0;
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => instance.stop?.();
    const instance: Instance = autocannon({ ...options, connections: 1 }, (error) => {
      signal.removeEventListener("abort", onAbort);
      if (error) reject(LabError.from(error));
      else resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
    instance.on("response", (_, status, size, latencyMs) => {
      if (status !== 200) refused += 1;
      latenciesUs.push(latencyMs * 1_000);
      bytes += size;
    });
  });
  signal.throwIfAborted();
  if (refused > 0 || latenciesUs.length !== options.amount)
    throw new LabError(
      "internal",
      `autocannon had ${latenciesUs.length} of ${options.amount} requests answered, ${refused} of them refused`,
    );
  return { latenciesUs, bytes };
}
