import { runConformance } from "../../transports/conformance/suite.ts";
import type { BreakdownReply, BreakdownRequest } from "../breakdown/messages.ts";
import { dissectTransport } from "../breakdown/pass.ts";
import type { JourneyReply, JourneyRequest } from "../journey/messages.ts";
import { recordJourney } from "../journey/record.ts";
import { loadTransport } from "../run/transports.ts";
import { answerRequests } from "./answering.ts";
import type { ConformanceReply, ConformanceRequest } from "./messages.ts";

type Request = ConformanceRequest | BreakdownRequest | JourneyRequest;

const ended = new AbortController();

/**
 * Looks at a transport before it is measured, in a process of its own, so that nothing of it is left then: runs the short conformance checks,
 * tells what every byte is for, records the way of one notification.
 */
async function handle(request: Request): Promise<ConformanceReply | BreakdownReply | JourneyReply> {
  const transport = await loadTransport(request.transport);
  switch (request.kind) {
    case "conformance":
      return { kind: "conformed", ...(await runConformance(transport)) };
    case "record":
      return { kind: "recorded", journey: await recordJourney(transport, request.body, ended.signal) };
    case "dissect": {
      const breakdown = await dissectTransport(transport, request.plan, ended.signal, request.idle);
      return { kind: "dissected", breakdown };
    }
  }
}

answerRequests(handle, async () => ended.abort());
