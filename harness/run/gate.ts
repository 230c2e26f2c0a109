import { LabError } from "../../core/errors.ts";
import { Child } from "../processes/child.ts";
import type { GateReply, GateRequest } from "../processes/messages.ts";
import type { TransportRef } from "./transports.ts";

const GATE_MS = 60_000;

/** Why a transport may not be measured, or undefined when it passed its conformance gate. Rejects when aborted. */
export async function gateTransport(
  transport: TransportRef,
  signal: AbortSignal,
): Promise<string | undefined> {
  signal.throwIfAborted();
  const child = new Child<GateRequest, GateReply>("gate", `the conformance gate of ${transport.name}`);
  const stop = () => void child.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { failures } = await child.ask({ kind: "gate", transport }, "gated", GATE_MS);
    return failures.length === 0 ? undefined : `it failed its conformance gate: ${failures.join("; ")}`;
  } catch (error) {
    signal.throwIfAborted();
    return LabError.from(error).message;
  } finally {
    signal.removeEventListener("abort", stop);
    await child.stop();
  }
}
