import type { ReaderReply, ReaderRequest } from "../client-cost/messages.ts";
import { SILENT_HEARTBEAT } from "../measurement/silent-heartbeat.ts";
import { loadTransport } from "../run/transports.ts";
import { answerRequests } from "./answering.ts";

const NEVER = { attempts: 0, delayMs: 0, jitter: 0 };

let events = 0;

/** Subscribers of one transport, which do nothing but receive: what this process uses is what their library costs. */
async function handle(request: ReaderRequest): Promise<ReaderReply> {
  if (request.kind === "use") {
    const { user, system } = process.cpuUsage();
    return { kind: "used", cpuUs: user + system, events };
  }
  const { endpoint, token, channel, readers } = request;
  const transport = await loadTransport(request.transport);
  for (let index = 0; index < readers; index += 1) {
    const client = await transport.connect(endpoint, {
      token,
      heartbeat: SILENT_HEARTBEAT,
      reconnect: NEVER,
    });
    await client.subscribe(channel, () => {
      events += 1;
    });
  }
  return { kind: "reading" };
}

answerRequests(handle, async () => undefined);
