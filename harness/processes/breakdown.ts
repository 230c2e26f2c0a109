import type { BreakdownReply, BreakdownRequest } from "../breakdown/messages.ts";
import { dissectTransport } from "../breakdown/pass.ts";
import type { JourneyReply, JourneyRequest } from "../journey/messages.ts";
import { recordJourney } from "../journey/record.ts";
import { loadTransport } from "../run/transports.ts";
import { answerRequests } from "./answering.ts";

const ended = new AbortController();

/**
 * Tells what every byte of a transport is for, of a plan or of one notification, in a process of its own: its relays and its small population
 * are in no trial.
 */
async function handle(request: BreakdownRequest | JourneyRequest): Promise<BreakdownReply | JourneyReply> {
  const transport = await loadTransport(request.transport);
  if (request.kind === "record")
    return { kind: "recorded", journey: await recordJourney(transport, request.body, ended.signal) };
  const breakdown = await dissectTransport(transport, request.plan, ended.signal, request.idle);
  return { kind: "dissected", breakdown };
}

answerRequests(handle, async () => ended.abort());
