import { createBodyWriter } from "../../harness/measurement/body.ts";
import { ServedProcesses } from "../../harness/processes/served-processes.ts";
import { type FromServer, type SideName, sendTo, type ToServer } from "./messages.ts";

/** One of the two servers of a comparison, in a process of its own or both in one. */
export interface Served {
  readonly url: string;
  readonly broadcast: (channel: string) => void;
  /** Processes beside its own that serve. */
  processes?(): readonly number[];
  /** Where it is watched, if it is. */
  readonly metrics?: string;
}

/** Makes a notification of about 190 bytes as a JSON envelope, with the header that the lab's recorder reads. */
const BODY_CHARACTERS = 58;
const bodies = createBodyWriter(1);
const sequences = new Map<string, number>();
export function nextBody(channel: string): string {
  const sequence = sequences.get(channel) ?? 0;
  sequences.set(channel, sequence + 1);
  return bodies.write(
    { measured: true, publisher: 0, sequence, intendedUs: 0, lagUs: 0 },
    { plannedUs: 0, channel, characters: BODY_CHARACTERS },
  );
}

/** Answers the orchestrating process, with what `serve` has opened. */
export function answerAs(serve: (message: Extract<ToServer, { kind: "serve" }>) => Promise<Served>): void {
  const sides = new Map<SideName, Served>();
  const beside = new ServedProcesses(() => [...sides.values()]);
  const cpuUs = () => {
    const [{ user, system }, others] = [process.cpuUsage(), beside.read()];
    return user + system + others.cpuUserUs + others.cpuSystemUs;
  };
  const keep = async (message: Extract<ToServer, { kind: "serve" }>) => {
    const served = await serve(message);
    sides.set(message.side, served);
    return served;
  };
  let before = cpuUs();
  let broadcast = (): void => undefined;
  process.on("message", async (message: ToServer) => {
    const send = (reply: FromServer) => sendTo(process, reply);
    switch (message.kind) {
      case "serve": {
        const { url, metrics } = await keep(message);
        send({ kind: "serving", url, ...(metrics && { metrics }) });
        return;
      }
      case "begin": {
        const { side, channel, ahead } = message;
        broadcast = () => sides.get(side)?.broadcast(channel);
        // Where both sides are in one process, the garbage of one is not the other's.
        globalThis.gc?.();
        before = cpuUs();
        for (let i = 0; i < ahead; i += 1) broadcast();
        return;
      }
      case "next":
        broadcast();
        return;
      case "end": {
        send({ kind: "ended", cpuUs: cpuUs() - before });
        return;
      }
    }
  });
  process.once("disconnect", () => process.exit(0));
}
