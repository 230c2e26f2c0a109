import { randomBytes } from "node:crypto";
import type { NatsConnection } from "@nats-io/transport-node";
import { LabError } from "../../core/errors.ts";
import type { ClockOffset } from "../measurement/clock-offset.ts";
import type { Lines } from "./line.ts";
import {
  type Announcement,
  type Claim,
  claimReplySchema,
  type FromAgent,
  subjects,
  type ToAgent,
} from "./messages.ts";
import { jsonOr, openChannel } from "./nats.ts";
import { RemoteLoad } from "./remote-load.ts";

const CLAIM_MS = 5_000;
const CLOCKS_MS = 20_000;

/** What a controller is to an agent. */
interface Controller {
  readonly connection: NatsConnection;
  readonly lines: Lines;
  readonly host: string;
  readonly version: string;
  readonly protocol: number;
}

/** An agent that works for this controller, from its claim until release(). */
export class Member {
  readonly agent: Announcement;
  /** Why it is gone; undefined while it is there. */
  lost: string | undefined;
  readonly #session: string;
  readonly #lines: Lines;
  readonly #channel: { send(message: ToAgent): void; close(): void };
  readonly #loads = new Map<number, RemoteLoad>();
  #started = 0;
  #onClock: ((offset: ClockOffset | LabError) => void) | undefined;

  private constructor(agent: Announcement, session: string, { connection, lines }: Controller) {
    this.agent = agent;
    this.#session = session;
    this.#lines = lines;
    this.#channel = openChannel<ToAgent, FromAgent>(
      connection,
      subjects.toAgent(session),
      subjects.toController(session),
      (message) => this.#take(message),
      (error) => this.lose(`can't be understood: ${error.message}`),
    );
    lines.expect(session, (how) => this.lose(how));
  }

  /** Takes an agent that is free. Rejects with `unsupported` and one line when it can't work for this controller. */
  static async claim(agent: Announcement, controller: Controller): Promise<Member> {
    const { connection, lines, host, version, protocol } = controller;
    const unlike = whyUnlike(agent, controller);
    if (unlike !== undefined) throw new LabError("unsupported", `agent ${agent.name}: ${unlike}`);
    const session = randomBytes(16).toString("hex");
    const member = new Member(agent, session, controller);
    const claim: Claim = { version, protocol, session, line: { host, port: lines.port } };
    try {
      const answer = await connection.request(subjects.claim(agent.id), JSON.stringify(claim), {
        timeout: CLAIM_MS,
      });
      const read = claimReplySchema.parse(jsonOr(answer.string()));
      if ("refused" in read) throw new LabError("unsupported", `agent ${agent.name}: ${read.refused}`);
      return member;
    } catch (error) {
      await member.release();
      if (error instanceof LabError) throw error;
      throw new LabError("unreachable", `agent ${agent.name} is announced, but does not answer`, {
        cause: error,
      });
    }
  }

  /** Its clock against this process's: `offsetUs` is what to add to the agent's. Rejects when it is gone. */
  compareClocks(): Promise<ClockOffset> {
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
      this.#channel.send({ kind: "compare clocks" });
    });
  }

  startLoad(number: number): RemoteLoad {
    const id = this.#started;
    this.#started += 1;
    const name = `load process ${number + 1} on agent ${this.agent.name}`;
    const load = new RemoteLoad(id, name, (message) => this.#channel.send(message));
    this.#loads.set(id, load);
    if (this.lost !== undefined) load.end(this.lost);
    return load;
  }

  /** Whatever it runs is over. */
  lose(how: string): void {
    if (this.lost !== undefined) return;
    this.lost = `agent ${this.agent.name} ${how}`;
    this.#onClock?.(new LabError("closed", this.lost));
    for (const load of this.#loads.values()) load.end(this.lost);
    this.#loads.clear();
  }

  /** Lets it go; it ends what still runs. Idempotent. */
  async release(): Promise<void> {
    this.#channel.send({ kind: "release" });
    this.#channel.close();
    this.#lines.end(this.#session);
  }

  #take(message: FromAgent): void {
    if (message.kind === "clock") this.#onClock?.(message.offset);
    else if (message.kind === "over") this.lose(`has ended the session: ${message.reason}`);
    else {
      const load = this.#loads.get(message.load);
      if (message.kind !== "answer") this.#loads.delete(message.load);
      if (message.kind === "answer") load?.settle(message.reply);
      else if (message.kind === "died") load?.end(message.reason);
      else load?.stopped();
    }
  }
}

/** Why these two can't work together, in words for both; undefined where they can. */
export function whyUnlike(
  agent: Pick<Announcement, "version" | "protocol">,
  controller: Pick<Claim, "version" | "protocol">,
): string | undefined {
  if (agent.version !== controller.version)
    return `it is notif-lab ${agent.version} and the controller ${controller.version}; install the same version on both`;
  if (agent.protocol !== controller.protocol)
    return `it speaks protocol ${agent.protocol} and the controller ${controller.protocol}; install the same build on both`;
  return undefined;
}
