import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import { jwtAuthenticator } from "../../transports/jwt.ts";
import type { TransportServer } from "../../transports/transport.ts";
import { readLoopbackBytes } from "../measurement/loopback-bytes.ts";
import { ProcessMonitor } from "../measurement/process-monitor.ts";
import { meterSockets } from "../measurement/socket-meter.ts";
import { loadTransport } from "../transports.ts";
import { answerRequests } from "./answering.ts";
import type { ServerReply, ServerRequest } from "./messages.ts";
import { watchProcess } from "./server-timeline.ts";

/** The process that is measured: one hub on one wire, nothing else. */
const meter = meterSockets();
const monitor = new ProcessMonitor();
let ownNamespace = false;
let running: { readonly hub: Hub; readonly server: TransportServer } | undefined;
let timeline: ReturnType<typeof watchProcess> | undefined;

/** Long enough for what a collection set free to be given back. */
const SETTLE_MS = 60;

async function handle(request: ServerRequest): Promise<ServerReply> {
  switch (request.kind) {
    case "serve": {
      const transport = await loadTransport(request.transport);
      const hub = new Hub({
        clock: Date.now,
        authenticate: jwtAuthenticator(request.secret),
        epoch: randomBytes(4).toString("hex"),
        maxBodyCharacters: request.maxBodyCharacters,
        publishesPerMinute: Number.POSITIVE_INFINITY,
        receiptWindow: request.receiptWindow,
      });
      ownNamespace = request.ownNamespace;
      running = { hub, server: await transport.serve(hub) };
      return { kind: "serving", endpoint: running.server.endpoint };
    }
    case "settle": {
      collectGarbage();
      await sleep(SETTLE_MS);
      collectGarbage();
      const { rss, heapUsed, external } = process.memoryUsage();
      return { kind: "settled", rssBytes: rss, heapAndExternalBytes: heapUsed + external };
    }
    case "sample": {
      if (!running) throw new LabError("internal", "sampled before it served");
      const { sessions, slowDisconnects, dropped } = running.hub.counters;
      const wireBytes = ownNamespace ? readLoopbackBytes() : undefined;
      const sample = { process: monitor.sample(), ...meter.read(), sessions, slowDisconnects, dropped };
      return { kind: "sampled", sample: { ...sample, wireBytes } };
    }
    case "watch":
      timeline = watchProcess(request.epochUs, request.widthMs, request.stretches);
      return { kind: "watching" };
    case "watched":
      return { kind: "timeline", stretches: timeline?.stop() ?? [] };
    case "stop":
      await cleanUp();
      return { kind: "stopped" };
  }
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new LabError("internal", "the server process was started without --expose-gc");
  globalThis.gc();
}

async function cleanUp(): Promise<void> {
  timeline?.stop();
  monitor.stop();
  await running?.server.close();
  running = undefined;
}

answerRequests(handle, cleanUp);
