import { LabError } from "../../core/errors.ts";
import { Pacer } from "../measurement/pacer.ts";
import { ProcessMonitor } from "../measurement/process-monitor.ts";
import { loadTransport } from "../transports.ts";
import { answerRequests } from "./answering.ts";
import type { Assignment, LoadReply, LoadRequest } from "./messages.ts";
import { Population } from "./population.ts";
import { Traffic } from "./traffic.ts";

/** A process of publishers and subscribers. It does what the plan says and keeps the account; it judges nothing. */
interface Prepared {
  readonly pacer: Pacer;
  readonly population: Population;
  readonly traffic: Traffic;
}

const monitor = new ProcessMonitor();
let prepared: Prepared | undefined;

async function prepare(assignment: Assignment): Promise<Prepared> {
  const pacer = await Pacer.start();
  const traffic = new Traffic(assignment, pacer);
  const transport = await loadTransport(assignment.transport);
  return { pacer, traffic, population: new Population(assignment, transport, traffic.recorder) };
}

async function handle(request: LoadRequest): Promise<LoadReply> {
  if (request.kind === "prepare") {
    prepared = await prepare(request.assignment);
    return { kind: "prepared" };
  }
  if (!prepared) throw new LabError("internal", `asked to ${request.kind} before it was prepared`);
  const { pacer, population, traffic } = prepared;
  switch (request.kind) {
    case "connect": {
      const seconds = await population.connect(request.upTo);
      return { kind: "connected", seconds, connections: population.clients.size };
    }
    case "start":
      traffic.start(request.phase, request.epochUs, population.clients);
      return { kind: "started" };
    case "halt":
      await traffic.halt();
      globalThis.gc?.();
      return { kind: "halted" };
    case "sample":
      return { kind: "sampled", sample: { process: monitor.sample(), spunUs: pacer.spunUs } };
    case "count":
      return { kind: "counted", counted: traffic.count() };
    case "window":
      return { kind: "window", window: traffic.recorder.warmup.window(request.index) };
    case "finish": {
      const report = { ...traffic.finish(), ...population.report() };
      await cleanUp();
      return { kind: "finished", report };
    }
  }
}

async function cleanUp(): Promise<void> {
  monitor.stop();
  await prepared?.pacer.stop(new LabError("closed", "the load process ends"));
  await prepared?.population.close();
}

answerRequests(handle, cleanUp);
