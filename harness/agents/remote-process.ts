import { LabError } from "../../core/errors.ts";
import type { AnsweringProcess, ServerProcess } from "../processes/load-process.ts";
import type { LoadReply, LoadRequest, ServerReply, ServerRequest } from "../processes/messages.ts";
import { hashPlan } from "../trial/hash-plan.ts";
import { asLine, type ToAgent, understood } from "./messages.ts";
import { asToldToAgents } from "./own-transports.ts";
import { loadReplySchema, serverReplySchema } from "./replies.ts";

/** What the way there and back may add. */
const TRANSIT_MS = 2_000;
/** Beyond the grace that the process itself has. */
const STOP_MS = 1_500;
/** What a child has unless told otherwise. */
const USUAL_GRACE_MS = 3_000;

interface RemoteOptions {
  /** In its session. */
  readonly number: number;
  /** For messages. */
  readonly name: string;
  readonly send: (message: ToAgent) => void;
  /** The agent did not do what it was told: it is not to be relied on any further. */
  readonly onDeaf: (how: string) => void;
}

/** A request as it goes over the network. */
interface Told<Request> {
  readonly request: Request;
  readonly planHashes?: readonly string[];
}

/** A process on an agent. It is over when the agent is. */
abstract class RemoteProcess<
  Request extends { readonly kind: string },
  Reply extends { readonly kind: string },
> implements AnsweringProcess<Request, Reply>
{
  readonly pid = undefined;
  readonly died: Promise<never>;
  readonly #options: RemoteOptions;
  #waiting:
    | { readonly resolve: (reply: Reply) => void; readonly reject: (error: unknown) => void }
    | undefined;
  #over: LabError | undefined;
  #onDeath: (error: LabError) => void = () => undefined;
  readonly #stopped: Promise<void>;
  #onStopped: () => void = () => undefined;

  constructor(role: "load" | "server", options: RemoteOptions) {
    this.#options = options;
    this.died = new Promise((_, reject) => {
      this.#onDeath = reject;
    });
    this.died.catch(() => undefined);
    this.#stopped = new Promise((resolve) => {
      this.#onStopped = resolve;
    });
    const { send, number, name } = options;
    send({ kind: "start", process: number, role, name: asLine(name) });
  }

  /** Throws `malformed`. */
  protected abstract read(reply: unknown): Reply;
  protected abstract told(request: Request): Told<Request>;

  async ask<K extends Reply["kind"]>(
    request: Request,
    kind: K,
    timeoutMs: number,
  ): Promise<Extract<Reply, { kind: K }>> {
    const { number, name, send } = this.#options;
    if (this.#over) throw this.#over;
    if (this.#waiting) throw new LabError("internal", `${name} was asked before it had answered`);
    const { planHashes, ...told } = this.told(request);
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      const late = () =>
        reject(new LabError("timeout", `${name} did not answer "${request.kind}" within ${timeoutMs} ms`));
      timer = setTimeout(late, timeoutMs + TRANSIT_MS);
      const hashes = planHashes ? { planHashes: [...planHashes] } : {};
      send({ kind: "ask", process: number, ...told, timeoutMs, ...hashes });
    }).finally(() => {
      clearTimeout(timer);
      this.#waiting = undefined;
    });
    if (isKind<Extract<Reply, { kind: K }>>(reply, kind)) return reply;
    throw new LabError(
      "internal",
      "reason" in reply ? `${name}: ${reply.reason}` : `${name} answered "${reply.kind}"`,
    );
  }

  async stop(graceMs?: number): Promise<void> {
    if (this.#over) return;
    const { number, send, onDeaf } = this.#options;
    send({ kind: "stop", process: number, ...(graceMs === undefined ? {} : { graceMs }) });
    const timer = setTimeout(
      () => {
        onDeaf("did not end what it was told to end");
        this.#onStopped();
      },
      (graceMs ?? USUAL_GRACE_MS) + STOP_MS,
    );
    await this.#stopped;
    clearTimeout(timer);
    this.#over ??= new LabError("closed", `${this.#options.name} has ended`);
  }

  /** The agent has answered. Throws `malformed` where that is no answer. */
  settle(reply: unknown): void {
    this.#waiting?.resolve(this.read(reply));
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

export class RemoteLoad extends RemoteProcess<LoadRequest, LoadReply> {
  constructor(options: RemoteOptions) {
    super("load", options);
  }

  protected read(reply: unknown): LoadReply {
    return understood(loadReplySchema, reply, "an answer");
  }

  protected told(request: LoadRequest): Told<LoadRequest> {
    if (request.kind !== "prepare") return { request };
    const assignments = request.assignments.map((one) => ({
      ...one,
      transport: asToldToAgents(one.transport),
    }));
    return {
      request: { ...request, assignments },
      planHashes: assignments.map(({ plan }) => hashPlan(plan)),
    };
  }
}

export class RemoteServer extends RemoteProcess<ServerRequest, ServerReply> implements ServerProcess {
  constructor(options: RemoteOptions) {
    super("server", options);
  }

  aside(): Promise<never> {
    return Promise.reject(new LabError("unsupported", "a server on an agent tells nothing aside"));
  }

  protected read(reply: unknown): ServerReply {
    return understood(serverReplySchema, reply, "an answer");
  }

  protected told(request: ServerRequest): Told<ServerRequest> {
    if (request.kind !== "serve") return { request };
    const { host: _, port: _any, origins: _none, backplane: _own, observedAs: _nobody, ...rest } = request;
    return { request: { ...rest, transport: asToldToAgents(request.transport), ownNamespace: false } };
  }
}

function isKind<T extends { readonly kind: string }>(
  reply: { readonly kind: string },
  kind: string,
): reply is T {
  return reply.kind === kind;
}
