import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { jwtAuthenticator } from "../../transports/jwt.ts";
import { findTransport } from "../../transports/registry.ts";
import type { TransportServer } from "../../transports/transport.ts";
import { sampleProcess } from "../measurement/process-sample.ts";
import { meterSockets } from "../measurement/socket-meter.ts";
import { answerRequests } from "./answering.ts";
import type { ServerReply, ServerRequest } from "./messages.ts";

/** The process that is measured: one hub on one wire, nothing else. */
const meter = meterSockets();
let running: { readonly hub: Hub; readonly server: TransportServer } | undefined;

async function handle(request: ServerRequest): Promise<ServerReply> {
  switch (request.kind) {
    case "serve": {
      const transport = findTransport(request.transport);
      if (!transport) throw new LabError("internal", `there is no transport ${request.transport}`);
      const hub = new Hub({
        clock: Date.now,
        authenticate: jwtAuthenticator(request.secret),
        epoch: randomBytes(4).toString("hex"),
        maxBodyCharacters: request.maxBodyCharacters,
        publishesPerMinute: Number.POSITIVE_INFINITY,
        receiptWindow: request.receiptWindow,
      });
      running = { hub, server: await transport.serve(hub) };
      return { kind: "serving", endpoint: running.server.endpoint };
    }
    case "sample": {
      if (!running) throw new LabError("internal", "sampled before it served");
      const { sessions, slowDisconnects, dropped } = running.hub.counters;
      return {
        kind: "sampled",
        sample: { process: sampleProcess(), ...meter.read(), sessions, slowDisconnects, dropped },
      };
    }
    case "stop":
      await running?.server.close();
      running = undefined;
      return { kind: "stopped" };
  }
}

answerRequests(handle, async () => running?.server.close());
