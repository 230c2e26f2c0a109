import type { NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import { planSchema } from "../../scenarios/plan.ts";
import { CLOCK_SHIFT } from "../measurement/clock.ts";
import { Child } from "../processes/child.ts";
import { LOAD_OPTIONS } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest } from "../processes/messages.ts";
import { MOST_LOAD_PROCESSES } from "../result/schema/units.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { type Line, openLine } from "./line.ts";
import { type Claim, type FromAgent, subjects, type ToAgent } from "./messages.ts";
import { openChannel } from "./nats.ts";

const END_GRACE_MS = 1_000;

/** An agent's work for one controller: the load processes that it runs, until the controller lets go or is gone. */
export class Session {
  /** Settles with the reason when the session is over and none of its processes is left. */
  readonly ended: Promise<string>;
  readonly #channel: { send(message: FromAgent): void; close(): void };
  readonly #loads = new Map<number, Child<LoadRequest, LoadReply>>();
  #line: Line | undefined;
  /** What load processes add to their clock. */
  #shiftUs = 0;
  #isOver = false;
  #onEnd: (reason: string) => void = () => undefined;

  private constructor(connection: NatsConnection, { session }: Claim) {
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
    this.#channel = openChannel<FromAgent, ToAgent>(
      connection,
      subjects.toController(session),
      subjects.toAgent(session),
      (message) => this.#take(message),
      (error) => void this.end(error.message),
    );
  }

  /** Rejects with `unreachable` when there is no way to the controller but NATS. */
  static async open(connection: NatsConnection, claim: Claim): Promise<Session> {
    const session = new Session(connection, claim);
    try {
      const line = await openLine(
        claim.line,
        claim.session,
        () => void session.end("the controller is gone"),
      );
      session.#line = line;
      return session;
    } catch (error) {
      session.#channel.close();
      throw error;
    }
  }

  /** Ends its processes and the session. Idempotent. */
  async end(reason: string): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#channel.send({ kind: "over", reason });
    this.#channel.close();
    await Promise.all([...this.#loads.values()].map((load) => load.stop(END_GRACE_MS)));
    this.#line?.close();
    this.#onEnd(reason);
  }

  #take(message: ToAgent): void {
    if (this.#isOver) return;
    // Each tells its own failures.
    if (message.kind === "compare clocks") void this.#compareClocks();
    else if (message.kind === "start") this.#start(message.load, message.name);
    else if (message.kind === "ask") void this.#ask(message);
    else if (message.kind === "stop") void this.#stop(message.load, message.graceMs);
    else void this.end("the controller is done");
  }

  async #compareClocks(): Promise<void> {
    try {
      const offset = await this.#line?.compareClocks();
      if (!offset) return;
      this.#shiftUs = offset.offsetUs;
      this.#channel.send({ kind: "clock", offset });
    } catch {
      // The line is gone, which ends the session.
    }
  }

  #start(number: number, name: string): void {
    if (this.#loads.size >= MOST_LOAD_PROCESSES) {
      this.#channel.send({ kind: "died", load: number, reason: `${name}: the agent runs too many` });
      return;
    }
    const load = new Child<LoadRequest, LoadReply>("load", name, {
      nodeOptions: LOAD_OPTIONS,
      env: { [CLOCK_SHIFT]: String(this.#shiftUs) },
    });
    load.died.catch((error) => {
      if (!this.#loads.delete(number) || this.#isOver) return;
      this.#channel.send({ kind: "died", load: number, reason: LabError.from(error).message });
    });
    this.#loads.set(number, load);
  }

  async #ask(message: Extract<ToAgent, { kind: "ask" }>): Promise<void> {
    const { load, request, expects, timeoutMs, planHashes } = message;
    const reply = await this.#replyTo(load, request, expects, timeoutMs, planHashes).catch(
      (error): LoadReply => ({ kind: "failed", reason: LabError.from(error).message }),
    );
    if (!this.#isOver) this.#channel.send({ kind: "answer", load, reply });
  }

  async #replyTo(
    number: number,
    request: LoadRequest,
    expects: LoadReply["kind"],
    timeoutMs: number,
    planHashes: readonly string[] = [],
  ): Promise<LoadReply> {
    const load = this.#loads.get(number);
    if (!load) throw new LabError("closed", `there is no load process ${number} here`);
    return load.ask(request.kind === "prepare" ? checked(request, planHashes) : request, expects, timeoutMs);
  }

  async #stop(number: number, graceMs: number | undefined): Promise<void> {
    const load = this.#loads.get(number);
    this.#loads.delete(number);
    await load?.stop(graceMs);
    if (!this.#isOver) this.#channel.send({ kind: "stopped", load: number });
  }
}

/** A plan is data: it must be what the controller says it is, and no code comes with it. */
function checked(
  request: Extract<LoadRequest, { kind: "prepare" }>,
  planHashes: readonly string[],
): LoadRequest {
  for (const [index, { plan, transport }] of request.assignments.entries()) {
    if (transport.module !== undefined || transport.build !== undefined)
      throw new LabError("forbidden", "an agent runs the transports of its own installation only");
    if (hashPlan(planSchema.parse(plan)) !== planHashes[index])
      throw new LabError("internal", "the plan's hash is another one here than at the controller");
  }
  return request;
}
