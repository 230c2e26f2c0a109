import { randomBytes } from "node:crypto";
import { runConformance } from "../../transports/conformance/suite.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import type { BreakdownReply, BreakdownRequest } from "../breakdown/messages.ts";
import { dissectTransport } from "../breakdown/pass.ts";
import type { ClientCostReply, ClientCostRequest } from "../client-cost/messages.ts";
import { weighClients } from "../client-cost/weigh.ts";
import { startRedis } from "../engines/redis.ts";
import type { JourneyReply, JourneyRequest } from "../journey/messages.ts";
import { recordJourney } from "../journey/record.ts";
import { loadTransport } from "../run/transports.ts";
import { answerRequests } from "./answering.ts";
import type { ConformanceReply, ConformanceRequest } from "./messages.ts";

type Request = ConformanceRequest | BreakdownRequest | JourneyRequest | ClientCostRequest;
type Reply = ConformanceReply | BreakdownReply | JourneyReply | ClientCostReply;

const ended = new AbortController();

/**
 * Looks at a transport before it is measured, in a process of its own, so that nothing of it is left then: runs the short conformance checks,
 * tells what every byte is for, records the way of one notification, finds what its client library costs.
 */
async function handle(request: Request): Promise<Reply> {
  const chosen = await loadTransport(request.transport);
  const redis = chosen.onRedis ? await startRedis() : undefined;
  const transport: TransportEntry = redis
    ? {
        ...chosen,
        // Servers of one check may not hear those of another.
        serve: (hub, options) => {
          const prefix = `${randomBytes(4).toString("hex")}:`;
          return chosen.serve(hub, { ...options, redis: { url: redis.url, prefix } });
        },
      }
    : chosen;
  try {
    return await examine(transport, request);
  } finally {
    await redis?.engine.stop();
  }
}

async function examine(transport: TransportEntry, request: Request): Promise<Reply> {
  switch (request.kind) {
    case "conformance":
      return { kind: "conformed", ...(await runConformance(transport)) };
    case "record":
      return { kind: "recorded", journey: await recordJourney(transport, request.body, ended.signal) };
    case "weigh":
      return { kind: "weighed", cost: await weighClients(transport, request.transport) };
    case "dissect": {
      const breakdown = await dissectTransport(transport, request.plan, ended.signal, request.idle);
      return { kind: "dissected", breakdown };
    }
  }
}

answerRequests(handle, async () => ended.abort());
