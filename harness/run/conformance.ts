import { LabError } from "../../core/errors.ts";
import type { Ask } from "../processes/ask-once.ts";
import type { TransportRef } from "./transports.ts";

/** Why a transport may not be measured, or undefined when it passed its conformance checks. Rejects when aborted. */
export async function checkConformance(
  transport: TransportRef,
  ask: Ask,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { failures } = await ask({ kind: "conformance", transport }, "conformed");
    return failures.length === 0 ? undefined : `it failed its conformance checks: ${failures.join("; ")}`;
  } catch (error) {
    signal.throwIfAborted();
    return LabError.from(error).message;
  }
}
