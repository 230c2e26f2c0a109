import { LabError } from "../../core/errors.ts";
import { runGate } from "../../transports/conformance/suite.ts";
import { findTransport } from "../../transports/registry.ts";
import { answerRequests } from "./answering.ts";
import type { GateReply, GateRequest } from "./messages.ts";

/** Runs the short conformance checks in a process of its own, so that nothing of them is left when it is measured. */
async function handle(request: GateRequest): Promise<GateReply> {
  const transport = findTransport(request.transport);
  if (!transport) throw new LabError("internal", `there is no transport ${request.transport}`);
  return { kind: "gated", ...(await runGate(transport)) };
}

answerRequests(handle, async () => undefined);
