import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backplane } from "../../core/backplane.ts";
import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import type { TransportServer } from "../../transports/port/transport.ts";
import { jwtAuthenticator } from "../../transports/session/jwt.ts";
import { followClock } from "../measurement/clock.ts";
import { readLoopbackBytes } from "../measurement/loopback-bytes.ts";
import { type Monitor, ProcessMonitor } from "../measurement/process-monitor.ts";
import { ScantMonitor } from "../measurement/scant-monitor.ts";
import { meterSockets } from "../measurement/socket-meter.ts";
import { loadTransport } from "../run/transports.ts";
import type { ObservedHub, Observer } from "../service/observer.ts";
import { accepted, takeServerTrace, traceServer } from "../tracing/server-trace.ts";
import { answerRequests } from "./answering.ts";
import type {
  SampleRequest,
  ServerReply,
  ServerRequest,
  ServerSample,
  ServerSlice,
  ServerTurn,
  SharedBackplane,
} from "./messages.ts";
import { ownRuntime } from "./runtimes.ts";
import { ServedProcesses } from "./served-processes.ts";
import { watchProcess } from "./server-timeline.ts";
import { runTimetable } from "./timetable.ts";

/** The process that is measured: a hub on one transport, or one for each scenario whose turn comes, nothing else. */
const meter = meterSockets();
const isNode = ownRuntime === "node";
const monitor: Monitor = isNode ? new ProcessMonitor() : new ScantMonitor();
let ownNamespace = false;
let observer: Observer | undefined;
let internalError: unknown;
interface Running {
  readonly backplane: Backplane | undefined;
  readonly hub: Hub;
  readonly server: TransportServer;
  readonly observed: ObservedHub | undefined;
}

let running: Running[] = [];
const beside = new ServedProcesses(() => running.map(({ server }) => server));
let open: ((port: number) => Promise<Running>) | undefined;
/** What hubs before the last restart counted. */
const past = { published: 0, slowDisconnects: 0, dropped: 0, mostHeldBytes: 0 };
let timeline: ReturnType<typeof watchProcess> | undefined;
/** The slices that were asked for last. */
let slices: Promise<ServerSlice[]> | undefined;

/** Long enough for what connecting left to do to be done. */
const SETTLE_MS = 60;

async function handle(request: ServerRequest): Promise<ServerReply> {
  switch (request.kind) {
    case "serve": {
      const transport = await loadTransport(request.transport);
      const { maxBodyCharacters, receiptWindow, replayWindow, maxBufferedBytes, heartbeat, tls, origins } =
        request;
      traceServer(request.traceEvery);
      const { backplane: shared, observedAs } = request;
      if (observedAs !== undefined) observer ??= await observe(request.transport.name, transport.native);
      open = async (port) => {
        const onBackplane = shared !== undefined && !transport.onRedis;
        const observed = observedAs === undefined ? undefined : observer?.hub(observedAs, onBackplane);
        const backplane = onBackplane && (await connectShared(shared, observed?.onState));
        const hub = new Hub({
          ...(backplane ? { backplane } : {}),
          clock: Date.now,
          authenticate: jwtAuthenticator(request.secret),
          epoch: randomBytes(4).toString("hex"),
          maxBodyCharacters,
          publishesPerMinute: Number.POSITIVE_INFINITY,
          maxSessionsPerUser: Number.POSITIVE_INFINITY,
          replayBudgetBytes: Number.POSITIVE_INFINITY,
          onInternalError: (error) => {
            internalError ??= error;
          },
          ...(request.traceEvery > 0 ? { onAccepted: accepted } : {}),
          receiptWindow,
          replayWindow: replayWindow ?? 0,
          ...(observed && { watch: observed.watch }),
          ...(heartbeat && { heartbeat }),
        });
        const options = {
          port,
          ...(request.host !== undefined && { host: request.host }),
          ...(origins && { origins }),
          maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
          ...(maxBufferedBytes === undefined ? {} : { maxBufferedBytes }),
          ...(tls && { tls }),
          ...(shared && transport.onRedis && { redis: shared }),
          ...(observed && { onRefused: observed.onRefused }),
        };
        const server = await transport.serve(hub, options);
        server.died?.catch(fail);
        return { backplane: backplane || undefined, hub, server, observed };
      };
      ownNamespace = request.ownNamespace;
      const opened = await open(request.port ?? 0);
      running.push(opened);
      return { kind: "serving", endpoint: opened.server.endpoint };
    }
    case "restart":
      await restart(request.forMs);
      return { kind: "restarted" };
    case "settle": {
      // Once: a second collection takes as long, and was seen to free nothing more.
      await sleep(SETTLE_MS);
      collectGarbage();
      const { rss, heapUsed, external } = process.memoryUsage();
      return {
        kind: "settled",
        rssBytes: rss + beside.read().rssBytes,
        heapAndExternalBytes: heapUsed + external,
      };
    }
    case "sample":
      return { kind: "sampled", sample: sampleOf(request) };
    case "schedule":
      slices = runSlices(request.turns);
      // Whoever collects is told.
      slices.catch(() => undefined);
      return { kind: "scheduled" };
    case "collect":
      return { kind: "collected", slices: (await slices) ?? [] };
    case "clock":
      followClock(request.line);
      return { kind: "clocked" };
    case "watch":
      timeline = watchProcess({ ...request, tellsLoop: isNode }, () => beside.read());
      return { kind: "watching" };
    case "watched":
      return { kind: "timeline", intervals: timeline?.stop() ?? [] };
    case "users":
      return { kind: "users", users: running.flatMap(({ hub }) => [...hub.users]) };
    case "trace":
      return { kind: "traced", trace: takeServerTrace() };
    case "scrape":
      return { kind: "scraped", state: observer?.read(running, meter.read(), beside.addTo(monitor.peek())) };
    case "stop":
      await cleanUp();
      return { kind: "stopped" };
  }
}

function sampleOf({ rest }: Pick<SampleRequest, "rest">): ServerSample {
  if (running.length === 0) throw new LabError("internal", "sampled before it served");
  // A server that made mistakes was not measured at what it is for.
  if (internalError !== undefined) throw LabError.from(internalError);
  const hubs = running.map(({ hub }) => hub.counters);
  const sum = (of: (counters: (typeof hubs)[number]) => number) =>
    hubs.reduce((total, counters) => total + of(counters), 0);
  return {
    process: beside.addTo(monitor.sample(rest)),
    ...meter.read(),
    sessions: sum((one) => one.sessions),
    published: past.published + sum((one) => one.published),
    slowDisconnects: past.slowDisconnects + sum((one) => one.slowDisconnects),
    dropped: past.dropped + sum((one) => one.dropped),
    mostHeldBytes: Math.max(past.mostHeldBytes, ...hubs.map((one) => one.mostHeldBytes)),
    wireBytes: ownNamespace ? readLoopbackBytes() : undefined,
  };
}

async function runSlices(turns: readonly ServerTurn[]): Promise<ServerSlice[]> {
  const done: ServerSlice[] = [];
  let before: ServerSample;
  await runTimetable(turns, {
    before: () => {
      before = sampleOf({});
    },
    take: () => {
      done.push({ before, after: sampleOf({ rest: true }), trace: takeServerTrace() });
    },
  });
  return done;
}

/** Its library is loaded by nodes alone. */
async function connectShared(
  { url, prefix }: SharedBackplane,
  onState?: ObservedHub["onState"],
): Promise<Backplane> {
  const { connectRedis } = await import("../../transports/backplane/redis/backplane.ts");
  return connectRedis(url, { prefix, ...(onState && { onState }) });
}

/** Loaded where metrics are asked for. */
async function observe(transport: string, isNative = false): Promise<Observer> {
  const loaded = await import("../service/observer.ts");
  return new loaded.Observer(transport, isNative);
}

/** The service, not the process: a new hub at the old place, so that the process's meters go on. */
async function restart(forMs: number): Promise<void> {
  const [first] = running;
  if (!first || !open) throw new LabError("internal", "restarted before it served");
  const beganMs = performance.now();
  const { hub, server, backplane } = first;
  const { port } = new URL(server.endpoint.url);
  beside.ending(server);
  await server.close();
  await backplane?.close();
  past.published += hub.counters.published;
  past.slowDisconnects += hub.counters.slowDisconnects;
  past.dropped += hub.counters.dropped;
  past.mostHeldBytes = Math.max(past.mostHeldBytes, hub.counters.mostHeldBytes);
  await sleep(Math.max(0, forMs - (performance.now() - beganMs)));
  running = [await open(Number(port))];
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new LabError("internal", "the server process was started without --expose-gc");
  globalThis.gc();
}

async function cleanUp(): Promise<void> {
  timeline?.stop();
  monitor.stop();
  await Promise.all(running.map(({ server }) => server.close()));
  await Promise.all(running.map(({ backplane }) => backplane?.close()));
  running = [];
}

const fail = answerRequests(handle, cleanUp);
