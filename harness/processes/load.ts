import { setPriority } from "node:os";
import { LabError } from "../../core/errors.ts";
import { seedOf } from "../../core/random.ts";
import { meterClientSockets } from "../measurement/client-socket-meter.ts";
import { followClock, nowUs } from "../measurement/clock.ts";
import { Pacer } from "../measurement/pacer.ts";
import { ProcessMonitor } from "../measurement/process-monitor.ts";
import { loadTransport } from "../run/transports.ts";
import { readThrough } from "../tracing/reads.ts";
import { answerRequests } from "./answering.ts";
import type {
  Assignment,
  LoadCount,
  LoadReply,
  LoadRequest,
  LoadSample,
  LoadSlice,
  LoadTurn,
  NodeOf,
  SampleRequest,
} from "./messages.ts";
import { Population } from "./population.ts";
import type { Role } from "./roles.ts";
import { runTimetable } from "./timetable.ts";
import { Traffic } from "./traffic.ts";

/** A process of publishers and subscribers. It does what the plans say and keeps the account; what the figures are worth is decided elsewhere. */
interface Prepared {
  readonly population: Population;
  readonly traffic: Traffic;
}

const monitor = new ProcessMonitor();
/** One wait at a time is all it can do, and one scenario at a time is all that has traffic. */
let pacer: Pacer | undefined;
/** Where nobody else counts them. */
let sockets: ReturnType<typeof meterClientSockets> | undefined;
let prepared: readonly Prepared[] = [];
/** The slices that were asked for last. */
let slices: Promise<LoadSlice[]> | undefined;

async function prepare(assignment: Assignment, pace: Pacer | undefined): Promise<Prepared> {
  const transport = await loadTransport(assignment.transport);
  // Before it connects anybody.
  if (transport.external || transport.native) sockets ??= meterClientSockets();
  const traffic = new Traffic(assignment, pace, transport.drain);
  return { traffic, population: new Population(assignment, transport, traffic.recorder) };
}

async function handle(request: LoadRequest): Promise<LoadReply> {
  if (request.kind === "prepare") {
    const role = request.assignments[0]?.part.role ?? "clients";
    // Nobody else publishes, and its thread has to start.
    if (role === "clients") pacer = await Pacer.start();
    prepared = await Promise.all(request.assignments.map((one) => prepare(one, pacer)));
    return { kind: "prepared" };
  }
  if (request.kind === "sample") return { kind: "sampled", sample: sampleOf(request) };
  if (request.kind === "clock") {
    followClock(request.line);
    return { kind: "clocked" };
  }
  if (request.kind === "schedule") {
    slices = runSlices(request.turns, request.nodesOf);
    // Whoever collects is told.
    slices.catch(() => undefined);
    return { kind: "scheduled" };
  }
  if (request.kind === "collect") return { kind: "collected", slices: (await slices) ?? [] };
  const chosen = prepared["scenario" in request ? (request.scenario ?? 0) : 0];
  if (!chosen) throw new LabError("internal", `asked to ${request.kind} before it was ready`);
  const { population, traffic } = chosen;
  switch (request.kind) {
    case "connect": {
      const seconds = await population.connect(request.upTo);
      return { kind: "connected", seconds, connections: population.clients.size };
    }
    case "start":
      takePlace(population.role);
      traffic.placeUsers(request.nodeOf);
      traffic.start(request.phase, request.epochUs, population.clients, request.excerpt);
      return { kind: "started" };
    case "halt":
      await traffic.halt();
      globalThis.gc?.();
      return { kind: "halted" };
    case "count":
      return { kind: "counted", counted: traffic.count() };
    case "window":
      return { kind: "window", window: traffic.recorder.warmup.window(request.index) };
    case "take":
      return { kind: "taken", report: take(chosen) };
    case "finish": {
      const report = { ...traffic.finish(), ...population.report() };
      await cleanUp();
      return { kind: "finished", report };
    }
  }
}

function sampleOf({ rest }: Pick<SampleRequest, "rest">): LoadSample {
  const tcp = sockets?.read();
  return { process: monitor.sample(rest), spunUs: pacer?.spunUs ?? 0, ...(tcp && { tcp }) };
}

function take({ population, traffic }: Prepared) {
  // Before another transport's slice is measured, and while that one's lead-in runs. Who does not publish, makes little garbage.
  if (pacer) setImmediate(() => globalThis.gc?.());
  return { ...traffic.take(), ...population.take() };
}

/**
 * How much later than its moment a slice's account may be taken: before the next slice begins. On a CPU that they share, sinks wait meanwhile until
 * the garbage of those that publish is collected; what they take is the same.
 */
const TAKEN_WITHIN_US = 150_000;

/** As a run asks for slices one request at a time, but by the clock: nobody says anything meanwhile. */
async function runSlices(turns: readonly LoadTurn[], nodesOf: readonly NodeOf[] = []): Promise<LoadSlice[]> {
  const done: LoadSlice[] = [];
  let begun: { before: LoadSample; counts: { before: LoadCount; end: LoadCount } };
  let lateUs = 0;
  const of = ({ scenario }: LoadTurn): Prepared => {
    const chosen = prepared[scenario];
    if (!chosen) throw new LabError("internal", `there is no scenario ${scenario} here`);
    return chosen;
  };
  const at = (momentUs: number, turn: LoadTurn): Prepared => {
    lateUs = Math.max(lateUs, nowUs() - momentUs);
    return of(turn);
  };
  await runTimetable(turns, {
    leadIn: (turn) => {
      // Late or not: what matters is that nothing of it is under way when the slice begins, and that is counted.
      const { population, traffic } = of(turn);
      takePlace(population.role);
      const leadIn = { seed: seedOf(turn.seed, "lead-in"), lengthMs: turn.leadInMs };
      traffic.start("warmup", turn.leadInUs, population.clients, leadIn);
    },
    before: (turn) => {
      const { population, traffic } = at(turn.measureUs, turn);
      traffic.placeUsers(nodesOf[turn.scenario]);
      const counts = { before: traffic.count(), end: traffic.count() };
      begun = { before: sampleOf({}), counts };
      const { seed, lengthMs } = turn;
      traffic.start("measure", turn.measureUs, population.clients, { seed, lengthMs });
    },
    end: (turn) => {
      const { traffic } = at(turn.measureUs + turn.lengthMs * 1_000, turn);
      begun.counts.end = traffic.count();
    },
    take: (turn) => {
      // A little late it takes the same.
      const chosen = at(turn.takeUs + TAKEN_WITHIN_US, turn);
      const counts = { ...begun.counts, after: chosen.traffic.count() };
      done.push({
        before: begun.before,
        after: sampleOf({ rest: true }),
        counts,
        report: take(chosen),
        lateUs,
      });
      lateUs = 0;
    },
  });
  return done;
}

/**
 * On a CPU that they share, probes wake up before sinks go on; while they connect, all are alike, or the sinks of one transport would wait for
 * all that another one sets up. To come before others takes rights that this process may not have.
 */
function takePlace(role: Role): void {
  const niceness = { clients: 0, probes: -10, sinks: 10 }[role];
  try {
    setPriority(niceness);
  } catch {
    // As it is then.
  }
}

async function cleanUp(): Promise<void> {
  monitor.stop();
  // Goodbyes are for the clients.
  readThrough(undefined);
  await pacer?.stop(new LabError("closed", "the load process ends"));
  await Promise.all(prepared.map(({ population }) => population.close()));
}

answerRequests(handle, cleanUp);
