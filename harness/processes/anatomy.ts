import type { AnatomyReply, AnatomyRequest } from "../anatomy/messages.ts";
import { dissectTransport } from "../anatomy/pass.ts";
import { loadTransport } from "../transports.ts";
import { answerRequests } from "./answering.ts";

const ended = new AbortController();

/** Tells what every byte of a wire is for, in a process of its own: its relay and its small population are in no trial. */
async function handle({ transport, plan, idle }: AnatomyRequest): Promise<AnatomyReply> {
  const anatomy = await dissectTransport(await loadTransport(transport), plan, ended.signal, idle);
  return { kind: "dissected", anatomy };
}

answerRequests(handle, async () => ended.abort());
