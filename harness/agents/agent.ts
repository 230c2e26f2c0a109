import { randomBytes } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import { LabError } from "../../core/errors.ts";
import { PROTOCOL } from "../processes/protocol.ts";
import { openFilesLimit, ownVersion } from "../run/environment.ts";
import { jsonOr } from "./announced.ts";
import type { Bus, Directory } from "./bus.ts";
import { tellTime } from "./clock-bound.ts";
import { clockSync } from "./clock-sync.ts";
import { bootId, machineOf } from "./machine.ts";
import { whyUnlike } from "./member.ts";
import {
  ANNOUNCE_EVERY_MS,
  type Announcement,
  asLine,
  type Claim,
  type ClaimReply,
  claimSchema,
  subjects,
} from "./messages.ts";
import { Session, type SessionTerms } from "./session.ts";

const GOODBYE_MS = 1_000;

export interface AgentOptions {
  /** Closed when the agent has ended. */
  readonly bus: Bus;
  /** Default: the machine's name and something of its own. */
  readonly name?: string | undefined;
  readonly terms: SessionTerms;
  /** One line for people, about what it does. */
  readonly onEvent: (line: string) => void;
}

/** What agents are called that have no name of their own. */
export function usualName(id: string): string {
  return `${hostname().replaceAll(/[^\w.-]/g, "-") || "agent"}-${id.slice(0, 4)}`;
}

/** Announces itself and works for whoever claims it, until the signal aborts; then nothing of it is left. Rejects as Bus.directory() does. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const { bus, name, terms, onEvent } = options;
  const id = randomBytes(8).toString("hex");
  const self: Announcement = {
    id,
    name: name ?? usualName(id),
    version: ownVersion(),
    protocol: PROTOCOL,
    node: process.version,
    cores: availableParallelism(),
    openFiles: openFilesLimit(),
    boot: bootId(),
    ...(terms.serves === undefined ? {} : { serves: terms.serves }),
    clockSync: clockSync(),
    machine: machineOf(),
  };
  let session: Session | undefined;
  // From the first claim on, so that a second one that comes at once is refused.
  let isTaken = false;
  let timer: NodeJS.Timeout | undefined;
  let directory: Directory | undefined;
  try {
    directory = await bus.directory();
    const entries = directory;
    // Who works is not announced: that would be traffic in the measured time.
    const announce = async () => {
      if (!isTaken && !signal.aborted) await entries.put(id, JSON.stringify(self));
    };
    const work = async (claim: Claim): Promise<ClaimReply> => {
      const unlike = whyUnlike(self, claim);
      if (unlike !== undefined) return { refused: unlike };
      if (!terms.allowed.controller(claim.line.host))
        return {
          refused: `its --allow does not list the controller's address ${asLine(claim.line.host).slice(0, 100)}`,
        };
      if (isTaken) return { refused: "it works for another run" };
      isTaken = true;
      try {
        const opened = await Session.open(bus, claim, terms);
        session = opened;
        onEvent("works for a controller");
        void opened.ended.then((reason) => {
          session = undefined;
          isTaken = false;
          onEvent(`is free: ${reason}`);
          return announce().catch(() => undefined);
        });
        await entries.remove(id).catch(() => undefined);
        return { accepted: true };
      } catch (error) {
        isTaken = false;
        return { refused: asLine(LabError.from(error).message) };
      }
    };
    bus.subscribe(subjects.claim(id), (bytes, respond) => {
      const read = claimSchema.safeParse(jsonOr(Buffer.from(bytes).toString()));
      const reply = read.success
        ? work(read.data)
        : Promise.resolve({ refused: "it does not understand the claim; install the same version on both" });
      void reply.then((answer) => respond(Buffer.from(JSON.stringify(answer))));
    });
    tellTime(bus, id, () => isTaken);
    await announce();
    // While the server is away, nothing can be announced.
    timer = setInterval(() => void announce().catch(() => undefined), ANNOUNCE_EVERY_MS);
    onEvent(`${self.name} waits for work`);
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  } finally {
    isTaken = true;
    clearInterval(timer);
    await session?.end("the agent was stopped");
    const patience = new Promise<void>((resolve) => setTimeout(resolve, GOODBYE_MS).unref());
    await Promise.race([directory?.remove(id), patience]).catch(() => undefined);
    await bus.close();
  }
}
