import { runGate } from "../../transports/conformance/suite.ts";
import { loadTransport } from "../run/transports.ts";
import { answerRequests } from "./answering.ts";
import type { GateReply, GateRequest } from "./messages.ts";

/** Runs the short conformance checks in a process of its own, so that nothing of them is left when it is measured. */
async function handle(request: GateRequest): Promise<GateReply> {
  return { kind: "gated", ...(await runGate(await loadTransport(request.transport))) };
}

answerRequests(handle, async () => undefined);
