import { LabError } from "../../core/errors.ts";
import type { LoadProcess } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest } from "../processes/messages.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import type { ToAgent } from "./messages.ts";

/** What the way there and back may add. */
const TRANSIT_MS = 2_000;
const STOP_MS = 8_000;

/** A load process on an agent. It is over when the agent is. */
export class RemoteLoad implements LoadProcess {
  readonly pid = undefined;
  readonly died: Promise<never>;
  readonly #number: number;
  readonly #name: string;
  readonly #send: (message: ToAgent) => void;
  #waiting:
    | { readonly resolve: (reply: LoadReply) => void; readonly reject: (error: LabError) => void }
    | undefined;
  #over: LabError | undefined;
  #onDeath: (error: LabError) => void = () => undefined;
  readonly #stopped: Promise<void>;
  #onStopped: () => void = () => undefined;

  constructor(number: number, name: string, send: (message: ToAgent) => void) {
    this.#number = number;
    this.#name = name;
    this.#send = send;
    this.died = new Promise((_, reject) => {
      this.#onDeath = reject;
    });
    this.died.catch(() => undefined);
    this.#stopped = new Promise((resolve) => {
      this.#onStopped = resolve;
    });
    send({ kind: "start", load: number, name });
  }

  async ask<K extends LoadReply["kind"]>(
    request: LoadRequest,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<LoadReply, { kind: K }>> {
    if (this.#over) throw this.#over;
    if (this.#waiting) throw new LabError("internal", `${this.#name} was asked before it had answered`);
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<LoadReply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      const late = () =>
        reject(
          new LabError("timeout", `${this.#name} did not answer "${request.kind}" within ${timeoutMs} ms`),
        );
      timer = setTimeout(late, timeoutMs + TRANSIT_MS);
      const planHashes =
        request.kind === "prepare" ? request.assignments.map(({ plan }) => hashPlan(plan)) : undefined;
      this.#send({
        kind: "ask",
        load: this.#number,
        request,
        expects: kind,
        timeoutMs,
        ...(planHashes && { planHashes }),
      });
    }).finally(() => {
      clearTimeout(timer);
      this.#waiting = undefined;
    });
    if (isKind<Extract<LoadReply, { kind: K }>>(reply, kind)) return reply;
    throw new LabError(
      "internal",
      "reason" in reply ? reply.reason : `${this.#name} answered "${reply.kind}"`,
    );
  }

  async stop(graceMs?: number): Promise<void> {
    if (this.#over) return;
    this.#send({ kind: "stop", load: this.#number, graceMs });
    const timer = setTimeout(this.#onStopped, STOP_MS);
    await this.#stopped;
    clearTimeout(timer);
    this.#over ??= new LabError("closed", `${this.#name} has ended`);
  }

  /** The agent has answered. */
  settle(reply: LoadReply): void {
    this.#waiting?.resolve(reply);
  }

  /** The agent has ended it, as it was asked to. */
  stopped(): void {
    this.#onStopped();
  }

  /** It is gone, or its agent is. */
  end(reason: string): void {
    if (this.#over) return;
    this.#over = new LabError("internal", reason);
    this.#waiting?.reject(this.#over);
    this.#onDeath(this.#over);
    this.#onStopped();
  }
}

function isKind<T extends LoadReply>(reply: LoadReply, kind: string): reply is T {
  return reply.kind === kind;
}
