import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { LabError } from "../../core/errors.ts";
import { nowUs } from "../measurement/clock.ts";
import {
  answerProbe,
  type ClockOffset,
  type ClockProbe,
  estimateOffset,
  exchange,
  roundTripUs,
} from "../measurement/clock-offset.ts";
import { GONE_MS } from "./messages.ts";
import { Watchdog } from "./watchdog.ts";

/*
 * The TCP connection from an agent straight to its controller. It compares the clocks, and one exchange a second tells each end that the other
 * one lives: over NATS that would be traffic in the measured time.
 */

const BEAT_MS = 1_000;
const PROBES = 64;
const CONNECT_MS = 3_000;
/** As hexadecimal digits. */
const SESSION_BYTES = 32;

/** The controller's end of all its lines. */
export interface Lines {
  readonly port: number;
  /** `onGone` is called once, when the agent of the session has hung up or was silent too long; `how` completes "agent x ...". */
  expect(session: string, onGone: (how: string) => void): void;
  /** Hangs up. */
  end(session: string): void;
  close(): void;
}

interface Expected {
  readonly onGone: (how: string) => void;
  socket?: Socket;
  watchdog?: Watchdog;
}

/** Waits for agents at an address of this machine, and compares their clocks with this one. */
export async function openLines(host: string, clock: () => number = nowUs): Promise<Lines> {
  const expected = new Map<string, Expected>();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
    greet(socket, (session) => {
      const one = expected.get(session);
      if (!one || one.socket) return false;
      one.socket = socket;
      const gone = (how: string) => {
        if (!expected.delete(session)) return;
        one.watchdog?.end();
        socket.destroy();
        one.onGone(how);
      };
      one.watchdog = new Watchdog(GONE_MS, () => gone(`has been silent for ${GONE_MS / 1_000} s`));
      socket.on("data", (chunk) => {
        const seen = clock();
        for (let index = 0; index < chunk.length; index += 1) answerProbe(socket, seen, clock);
        one.watchdog?.heard();
      });
      socket.once("close", () => gone("is gone: its connection was closed"));
      return true;
    });
  });
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const end = (session: string) => {
    const one = expected.get(session);
    expected.delete(session);
    one?.watchdog?.end();
    one?.socket?.destroy();
  };
  return {
    port,
    expect: (session, onGone) => expected.set(session, { onGone }),
    end,
    close: () => {
      for (const session of [...expected.keys()]) end(session);
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Reads which session it is of; who says something else, or nothing, is hung up on. */
function greet(socket: Socket, accept: (session: string) => boolean): void {
  const timer = setTimeout(() => socket.destroy(), CONNECT_MS);
  socket.once("close", () => clearTimeout(timer));
  let said = "";
  const onData = (chunk: Buffer) => {
    said += chunk.toString("latin1");
    if (said.length < SESSION_BYTES) return;
    clearTimeout(timer);
    socket.off("data", onData);
    if (said.length > SESSION_BYTES || !accept(said)) socket.destroy();
    else socket.write("!");
  };
  socket.on("data", onData);
}

/** A clock's offset as one exchange, or the best of many, told it: at that moment of the asking clock. */
export interface Reading extends ClockOffset {
  readonly atUs: number;
}

/** The agent's end. */
export interface Line {
  /** The controller's clock against this one's, by many exchanges. */
  compareClocks(): Promise<Reading>;
  close(): void;
}

export interface LineOptions {
  /** Called once, when the controller has hung up or did not answer in time. */
  readonly onGone: () => void;
  /** Told of the exchange that is made every second. */
  readonly onBeat?: (reading: Reading) => void;
}

/** Calls the controller. Rejects with `unreachable`. */
export async function openLine(
  { host, port }: { readonly host: string; readonly port: number },
  session: string,
  { onGone, onBeat }: LineOptions,
): Promise<Line> {
  const socket = connect({ host, port, noDelay: true });
  socket.on("error", () => socket.destroy());
  try {
    const signal = AbortSignal.timeout(CONNECT_MS);
    await once(socket, "connect", { signal });
    socket.write(session);
    const hungUp = once(socket, "close", { signal }).then(() => Promise.reject(new Error("it has hung up")));
    hungUp.catch(() => undefined);
    await Promise.race([once(socket, "data", { signal }), hungUp]);
  } catch (error) {
    socket.destroy();
    throw new LabError("unreachable", `the controller can't be reached at ${host}:${port}`, { cause: error });
  }
  let isOver = false;
  const end = () => {
    isOver = true;
    clearInterval(timer);
    watchdog.end();
    socket.destroy();
  };
  const gone = () => {
    if (isOver) return;
    end();
    onGone();
  };
  // One exchange at a time.
  let last: Promise<unknown> = Promise.resolve();
  const next = (): Promise<ClockProbe> => {
    const probe = last.then(() => exchange(socket));
    last = probe.catch(gone);
    return probe;
  };
  const beat = async () => {
    const reading = readingOf([await next()]);
    if (reading) onBeat?.(reading);
  };
  const watchdog = new Watchdog(GONE_MS, gone);
  socket.on("data", () => watchdog.heard());
  // Whatever fails there ends the line by itself.
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
  socket.once("close", gone);
  return {
    compareClocks: async () => {
      const probes: ClockProbe[] = [];
      while (probes.length < PROBES) probes.push(await next());
      const reading = readingOf(probes);
      if (!reading) throw new LabError("internal", "the clocks could not be compared");
      return reading;
    },
    close: end,
  };
}

/** When the best of the exchanges was, and what it told; undefined where none told numbers. */
function readingOf(probes: readonly ClockProbe[]): Reading | undefined {
  const [best] = [...probes].sort((a, b) => roundTripUs(a) - roundTripUs(b));
  const offset = best && estimateOffset([best]);
  if (!offset || !Number.isFinite(offset.offsetUs) || !(offset.boundUs >= 0)) return undefined;
  return { ...offset, atUs: (best.t0 + best.t3) / 2 };
}
