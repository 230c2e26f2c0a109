import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { nowUs } from "./clock.ts";

/** One exchange with another clock: t0 and t3 by this one, t1 (arrived there) and t2 (sent back) by the other; microseconds. */
export interface ClockProbe {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

export interface ClockOffset {
  /** What to add to this clock to have the other. */
  readonly offsetUs: number;
  /** The offset is off by this at most, however unequal the two ways are: half of the round trip. */
  readonly boundUs: number;
}

const PROBES = 64;
const PROBE_MS = 2_000;
const ANSWER_BYTES = 16;

/** The offset by the probe with the shortest round trip, which queues disturbed the least (RFC 5905, section 8). */
export function estimateOffset(probes: readonly ClockProbe[]): ClockOffset | undefined {
  const [best] = [...probes].sort((a, b) => roundTripUs(a) - roundTripUs(b));
  if (!best) return undefined;
  const { t0, t1, t2, t3 } = best;
  return { offsetUs: (t1 - t0 + (t2 - t3)) / 2, boundUs: roundTripUs(best) / 2 };
}

/** The time on the way, there and back. */
export function roundTripUs({ t0, t1, t2, t3 }: ClockProbe): number {
  return t3 - t0 - (t2 - t1);
}

/** Probes the clock that serveClock() serves there. Rejects with `unreachable`, `timeout`, `closed`, and the signal's reason. */
export async function probeClock(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
  probes = PROBES,
): Promise<ClockOffset> {
  signal.throwIfAborted();
  const socket = connect({ host, port, noDelay: true });
  socket.on("error", () => socket.destroy());
  const onAbort = () => socket.destroy();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(PROBE_MS) });
    const taken: ClockProbe[] = [];
    while (taken.length < probes) taken.push(await exchange(socket, PROBE_MS));
    return estimateOffset(taken) ?? { offsetUs: Number.NaN, boundUs: Number.POSITIVE_INFINITY };
  } catch (error) {
    signal.throwIfAborted();
    throw LabError.from(error, "unreachable");
  } finally {
    signal.removeEventListener("abort", onAbort);
    socket.destroy();
  }
}

/**
 * One exchange over a connection whose other end answers as answerProbe() does. Rejects with `closed` and, where a time is given, `timeout`, after
 * which the connection is of no use.
 */
export function exchange(socket: Socket, timeoutMs?: number): Promise<ClockProbe> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off("data", onData).off("close", onClose);
      act();
    };
    const onData = (chunk: Buffer) => {
      const t3 = nowUs();
      answer = Buffer.concat([answer, chunk]);
      const times = timesIn(answer, t3);
      if (times) settle(() => resolve({ t0, ...times }));
    };
    const onClose = () =>
      settle(() => reject(new LabError("closed", "the other clock closed the connection")));
    const late = () =>
      settle(() => reject(new LabError("timeout", `the other clock did not answer in ${timeoutMs} ms`)));
    const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
    socket.on("data", onData).on("close", onClose);
    const t0 = nowUs();
    socket.write("?");
  });
}

/** Answers one byte of exchange(), which was seen at that time by the clock. */
export function answerProbe(socket: Socket, seenUs: number, clock: () => number = nowUs): void {
  socket.write(timesOf(seenUs, clock()));
}

/** The answer of another clock as it is sent: when it was asked, and when it answers. */
export function timesOf(t1: number, t2: number): Buffer {
  const answer = Buffer.alloc(ANSWER_BYTES);
  answer.writeDoubleBE(t1, 0);
  answer.writeDoubleBE(t2, 8);
  return answer;
}

/** What such an answer says that came at `t3` by this clock; undefined while it is not whole. */
export function timesIn(answer: Buffer, t3: number): Omit<ClockProbe, "t0"> | undefined {
  if (answer.length < ANSWER_BYTES) return undefined;
  return { t1: answer.readDoubleBE(0), t2: answer.readDoubleBE(8), t3 };
}

/** Answers every byte with two times by the clock, as doubles: when it was seen, and when it is answered. */
export async function serveClock(
  clock: () => number = nowUs,
  host = "127.0.0.1",
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const seen = clock();
      for (let index = 0; index < chunk.length; index += 1) answerProbe(socket, seen, clock);
    });
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
