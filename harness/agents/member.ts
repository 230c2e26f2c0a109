import { randomBytes } from "node:crypto";
import { LabError } from "../../core/errors.ts";
import type { HostReading } from "../measurement/host-noise.ts";
import { jsonOr } from "./announced.ts";
import type { Bus } from "./bus.ts";
import { type Channel, openChannel } from "./channel.ts";
import type { Lines } from "./line.ts";
import {
  type Announcement,
  type Claim,
  type ComparedClock,
  claimReplySchema,
  type FromAgent,
  fromAgentSchema,
  subjects,
  type ToAgent,
} from "./messages.ts";
import { LONGEST_REPORT } from "./pieces.ts";
import { RemoteLoad, RemoteServer } from "./remote-process.ts";

const CLAIM_MS = 5_000;
const CLOCKS_MS = 20_000;

/** What a controller is to an agent. */
export interface Controller {
  readonly bus: Bus;
  readonly lines: Lines;
  readonly host: string;
  readonly version: string;
  readonly protocol: number;
  /** As `process.version`. */
  readonly node: string;
}

/** An agent that works for this controller, from its claim until release(). */
export class Member {
  readonly agent: Announcement;
  /** Why it is gone; undefined while it is there. */
  lost: string | undefined;
  /** What its machine did up to its first and its last sample since forgetHost(). */
  host: { readonly before: HostReading; readonly after: HostReading } | undefined;
  readonly #session: string;
  readonly #lines: Lines;
  readonly #channel: Channel<ToAgent>;
  readonly #unwatch: () => void;
  readonly #processes = new Map<number, RemoteLoad | RemoteServer>();
  #started = 0;
  #onClock: ((result: ComparedClock | LabError) => void) | undefined;

  private constructor(agent: Announcement, session: string, { bus, lines }: Controller) {
    this.agent = agent;
    this.#session = session;
    this.#lines = lines;
    this.#channel = openChannel<ToAgent, FromAgent>(bus, {
      out: subjects.toAgent(session),
      back: subjects.toController(session),
      schema: fromAgentSchema,
      longest: LONGEST_REPORT,
      onMessage: (message) => this.#take(message),
      onFault: (error) => this.lose(`can't be understood: ${error.message}`),
    });
    this.#unwatch = bus.watch({
      lost: () => this.lose("can't be reached: the connection to NATS is gone"),
      back: () => this.#channel.mark(),
    });
    lines.expect(session, (how) => this.lose(how));
  }

  /** Takes an agent that is free. Rejects with `unsupported` and one line when it can't work for this controller. */
  static async claim(agent: Announcement, controller: Controller): Promise<Member> {
    const { bus, lines, host, version, protocol, node } = controller;
    const unlike = whyUnlike(agent, controller);
    if (unlike !== undefined) throw new LabError("unsupported", `agent ${agent.name}: ${unlike}`);
    const session = randomBytes(16).toString("hex");
    const member = new Member(agent, session, controller);
    const claim: Claim = { version, protocol, node, session, line: { host, port: lines.port } };
    try {
      const bytes = Buffer.from(JSON.stringify(claim));
      const answer = await bus.request(subjects.claim(agent.id), bytes, CLAIM_MS);
      const read = claimReplySchema.parse(jsonOr(Buffer.from(answer).toString()));
      if ("refused" in read) throw new LabError("unsupported", `agent ${agent.name}: ${read.refused}`);
      return member;
    } catch (error) {
      member.release();
      if (error instanceof LabError) throw error;
      throw new LabError("unreachable", `agent ${agent.name} is announced, but does not answer`, {
        cause: error,
      });
    }
  }

  /** Its clock against this process's: `offsetUs` is what to add to the agent's. Rejects when it is gone. */
  compareClocks(): Promise<ComparedClock> {
    if (this.lost !== undefined) return Promise.reject(new LabError("closed", this.lost));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#onClock?.(new LabError("timeout", `agent ${this.agent.name} did not compare its clock`)),
        CLOCKS_MS,
      );
      this.#onClock = (result) => {
        clearTimeout(timer);
        this.#onClock = undefined;
        if (result instanceof LabError) reject(result);
        else resolve(result);
      };
      this.#send({ kind: "compare clocks" });
    });
  }

  startLoad(number: number): RemoteLoad {
    return this.#kept(new RemoteLoad(this.#next(`load process ${number + 1}`)));
  }

  startServer(name: string): RemoteServer {
    return this.#kept(new RemoteServer(this.#next(name)));
  }

  forgetHost(): void {
    this.host = undefined;
  }

  /** Whatever it runs is over, here and, as soon as it hears of it, there. */
  lose(how: string): void {
    if (this.lost !== undefined) return;
    this.lost = `agent ${this.agent.name} ${how}`;
    this.#onClock?.(new LabError("closed", this.lost));
    for (const process of this.#processes.values()) process.end(this.lost);
    this.#processes.clear();
    this.#lines.end(this.#session);
  }

  /** Lets it go; it ends what still runs. Idempotent. */
  release(): void {
    this.#channel.send({ kind: "release" });
    this.#channel.close();
    this.#unwatch();
    this.#lines.end(this.#session);
  }

  #send(message: ToAgent): void {
    if (this.lost === undefined) this.#channel.send(message);
  }

  #next(name: string) {
    const number = this.#started;
    this.#started += 1;
    return {
      number,
      name: `${name} on agent ${this.agent.name}`,
      send: (message: ToAgent) => this.#send(message),
      onDeaf: (how: string) => this.lose(how),
    };
  }

  #kept<T extends RemoteLoad | RemoteServer>(process: T): T {
    this.#processes.set(this.#started - 1, process);
    if (this.lost !== undefined) process.end(this.lost);
    return process;
  }

  #take(message: FromAgent): void {
    if (message.kind === "clock") this.#onClock?.(message.clock);
    else if (message.kind === "over") this.lose(`has ended the session: ${message.reason}`);
    else {
      const process = this.#processes.get(message.process);
      if (message.kind !== "answer") this.#processes.delete(message.process);
      if (message.kind === "answer") {
        const { host } = message;
        if (host) this.host = { before: this.host?.before ?? host, after: host };
        process?.settle(message.reply);
      } else if (message.kind === "died") process?.end(`agent ${this.agent.name}: ${message.reason}`);
      else process?.stopped();
    }
  }
}

/** Why these two can't work together, in words for both; undefined where they can. */
export function whyUnlike(
  agent: Pick<Announcement, "version" | "protocol" | "node">,
  controller: Pick<Claim, "version" | "protocol" | "node">,
): string | undefined {
  if (agent.version !== controller.version)
    return `it is notif-lab ${agent.version} and the controller ${controller.version}; install the same version on both`;
  if (agent.protocol !== controller.protocol)
    return `it speaks protocol ${agent.protocol} and the controller ${controller.protocol}; install the same build on both`;
  if (agent.node !== controller.node)
    return `it runs on Node.js ${agent.node} and the controller on ${controller.node}; install the same on both`;
  return undefined;
}
