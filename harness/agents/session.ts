import { LabError } from "../../core/errors.ts";
import { readHost } from "../measurement/host-noise.ts";
import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "../processes/messages.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import type { Allowed } from "./allowed.ts";
import { loadAnswers, serverAnswers } from "./answers.ts";
import type { Bus } from "./bus.ts";
import { type Channel, openChannel } from "./channel.ts";
import { ClockWatch } from "./clock-watch.ts";
import { type AgentLimits, type Granted, grant, within } from "./limits.ts";
import type { Line, openLine } from "./line.ts";
import {
  asLine,
  type Claim,
  type FromAgent,
  subjects,
  type ToAgent,
  toAgentSchema,
  understood,
} from "./messages.ts";
import { asInstalledHere } from "./own-transports.ts";
import { LONGEST_REQUEST } from "./pieces.ts";
import { loadRequestSchema, serverRequestSchema } from "./requests.ts";
import type { Started, StartProcess } from "./start-process.ts";

const END_GRACE_MS = 1_000;

/** What an agent is for, whoever claims it. */
export interface SessionTerms {
  readonly limits: AgentLimits;
  readonly allowed: Allowed;
  /** Where transports of its own are from: file URLs by name. */
  readonly own: ReadonlyMap<string, string>;
  /** The address at which it serves; undefined where it lends itself as load. */
  readonly serves?: string | undefined;
  readonly callController: typeof openLine;
  readonly startProcess: StartProcess;
}

/** An agent's work for one controller: the processes that it runs, until the controller lets go or is gone. */
export class Session {
  /** Settles with the reason when the session is over and none of its processes is left. */
  readonly ended: Promise<string>;
  readonly #terms: SessionTerms;
  readonly #controller: string;
  readonly #channel: Channel<FromAgent>;
  readonly #unwatch: () => void;
  readonly #running = new Map<number, Started>();
  /** The line that each process goes by. */
  readonly #told = new Map<number, ClockWatch["line"]>();
  readonly #granted: Granted = { connections: new Map(), assignments: new Map() };
  readonly #clock = new ClockWatch();
  #isComparing = false;
  #line: Line | undefined;
  #isOver = false;
  #onEnd: (reason: string) => void = () => undefined;

  private constructor(bus: Bus, { session, line }: Claim, terms: SessionTerms) {
    this.#terms = terms;
    this.#controller = line.host;
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
    this.#channel = openChannel<FromAgent, ToAgent>(bus, {
      out: subjects.toController(session),
      back: subjects.toAgent(session),
      schema: toAgentSchema,
      longest: LONGEST_REQUEST,
      onMessage: (message) => this.#take(message),
      onFault: (error) => void this.end(error.message),
    });
    this.#unwatch = bus.watch({
      lost: () => void this.end("the connection to NATS is gone"),
      back: () => this.#channel.mark(),
    });
  }

  /** Rejects with `unreachable` when there is no way to the controller but NATS. */
  static async open(bus: Bus, claim: Claim, terms: SessionTerms): Promise<Session> {
    const session = new Session(bus, claim, terms);
    try {
      session.#line = await terms.callController(claim.line, claim.session, {
        onGone: () => void session.end("the controller is gone"),
        onBeat: (reading) => session.#clock.beat(reading),
      });
      return session;
    } catch (error) {
      session.#close();
      throw error;
    }
  }

  /** Ends its processes and the session. Idempotent. */
  async end(reason: string): Promise<void> {
    if (this.#isOver) return;
    this.#send({ kind: "over", reason: asLine(reason) });
    this.#isOver = true;
    this.#close();
    await Promise.all([...this.#running.values()].map(({ process }) => process.stop(END_GRACE_MS)));
    this.#line?.close();
    this.#onEnd(reason);
  }

  #close(): void {
    this.#channel.close();
    this.#unwatch();
  }

  #send(message: FromAgent): void {
    if (!this.#isOver) this.#channel.send(message);
  }

  #take(message: ToAgent): void {
    if (this.#isOver) return;
    // Each tells its own failures.
    if (message.kind === "compare clocks") void this.#compareClocks();
    else if (message.kind === "start") this.#start(message);
    else if (message.kind === "ask") void this.#ask(message);
    else if (message.kind === "stop") void this.#stop(message.process, message.graceMs);
    else if (message.kind === "release") void this.end("the controller is done");
  }

  async #compareClocks(): Promise<void> {
    if (this.#isComparing) return;
    this.#isComparing = true;
    try {
      const reading = await this.#line?.compareClocks();
      if (reading) this.#send({ kind: "clock", clock: this.#clock.compared(reading) });
    } catch {
      // The line is gone, which ends the session.
    } finally {
      this.#isComparing = false;
    }
  }

  #start({ process: number, role, name }: Extract<ToAgent, { kind: "start" }>): void {
    const { limits, serves, startProcess } = this.#terms;
    const died = (error: unknown) =>
      this.#send({ kind: "died", process: number, reason: asLine(LabError.from(error).message) });
    try {
      if (this.#running.has(number)) throw new LabError("malformed", `there is a process ${number} already`);
      within("processes", this.#running.size + 1, limits);
      if ((role === "server") !== (serves !== undefined))
        throw new LabError(
          "forbidden",
          serves === undefined
            ? "this agent runs load; one that serves is started with agent --serve"
            : "this agent serves; one that runs load is started without --serve",
        );
      const started = startProcess(role, name);
      this.#running.set(number, started);
      started.process.died.catch((error) => {
        if (this.#forget(number)) died(error);
      });
    } catch (error) {
      died(error);
    }
  }

  #forget(number: number): boolean {
    this.#granted.connections.delete(number);
    this.#granted.assignments.delete(number);
    this.#told.delete(number);
    return this.#running.delete(number);
  }

  async #ask(message: Extract<ToAgent, { kind: "ask" }>): Promise<void> {
    const { process: number } = message;
    const reply = await this.#replyTo(message).catch((error) => ({
      kind: "failed" as const,
      reason: asLine(LabError.from(error).message),
    }));
    const host = reply.kind === "sampled" || reply.kind === "collected" ? { host: readHost() } : {};
    try {
      this.#send({ kind: "answer", process: number, reply, ...host });
    } catch (error) {
      // What is too long for an answer.
      const failed = { kind: "failed" as const, reason: asLine(LabError.from(error).message) };
      this.#send({ kind: "answer", process: number, reply: failed });
    }
  }

  async #replyTo({
    process: number,
    request,
    timeoutMs,
    planHashes = [],
  }: Extract<ToAgent, { kind: "ask" }>): Promise<LoadReply | ServerReply> {
    const started = this.#running.get(number);
    if (!started) throw new LabError("closed", `there is no process ${number} here`);
    if (started.role === "server") {
      const asked = this.#asServer(understood(serverRequestSchema, request, "a request"));
      const isTime = asked.kind === "serve" || asked.kind === "watch" || asked.kind === "schedule";
      await this.#followClock(number, started, timeoutMs, isTime);
      return started.process.ask(asked, serverAnswers[asked.kind], timeoutMs);
    }
    const asked = this.#asLoad(understood(loadRequestSchema, request, "a request"), planHashes);
    grant(this.#granted, number, asked, {
      limits: this.#terms.limits,
      allowed: this.#terms.allowed,
      controller: this.#controller,
    });
    const isQuiet = asked.kind === "prepare" || asked.kind === "schedule";
    const begins = asked.kind === "start" && asked.phase === "measure" && asked.excerpt === undefined;
    await this.#followClock(number, started, timeoutMs, isQuiet || begins);
    return started.process.ask(asked, loadAnswers[asked.kind], timeoutMs);
  }

  /**
   * Before anything is timed the process is told how the controller's clock is known now. It has as long for it as for what it is asked then: the
   * first time it may still be starting, beside many others.
   */
  async #followClock(
    number: number,
    { role, process }: Started,
    timeoutMs: number,
    isTime: boolean,
  ): Promise<void> {
    const { line } = this.#clock;
    if (!isTime || this.#told.get(number) === line) return;
    this.#told.set(number, line);
    if (role === "server") await process.ask({ kind: "clock", line }, "clocked", timeoutMs);
    else await process.ask({ kind: "clock", line }, "clocked", timeoutMs);
  }

  /** A plan is data: it must be what the controller says it is, and no code comes with it. */
  #asLoad(request: LoadRequest, planHashes: readonly string[]): LoadRequest {
    if (request.kind !== "prepare") return request;
    const assignments = request.assignments.map((one, index) => {
      if (hashPlan(one.plan) !== planHashes[index])
        throw new LabError("malformed", "the plan's hash is another one here than at the controller");
      return { ...one, transport: asInstalledHere(one.transport, this.#terms.own) };
    });
    return { ...request, assignments };
  }

  #asServer(request: ServerRequest): ServerRequest {
    if (request.kind !== "serve") return request;
    const transport = asInstalledHere(request.transport, this.#terms.own);
    return { ...request, transport, host: this.#terms.serves };
  }

  async #stop(number: number, graceMs: number | undefined): Promise<void> {
    const started = this.#running.get(number);
    this.#forget(number);
    await started?.process.stop(graceMs);
    this.#send({ kind: "stopped", process: number });
  }
}
