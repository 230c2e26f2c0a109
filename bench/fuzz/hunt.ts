import { setTimeout as sleep } from "node:timers/promises";
import { type ServerProcess, startServer } from "../../transports/attacks/server-process.ts";
import { besiege, type Siege, warm } from "../../transports/attacks/siege.ts";
import { FUZZ_SECRET } from "../../transports/conformance/fuzz/input.ts";
import { play, type Scene } from "../../transports/conformance/fuzz/play.ts";
import { inputAt, type Structured, sendStructured } from "../../transports/conformance/fuzz/structured.ts";
import type { Transport } from "../../transports/port/transport.ts";

const AT_ONCE = 32;
/** Sent before memory is looked at for the first time, so that growth is told from warming up. */
const WARM_UP = 2_000;
/** Inputs that may have caused what is seen when the last one ends. */
const SUSPECTS = 4 * AT_ONCE;
/** An error may show after its input has gone. */
const SHOWING_MS = 30;

export interface Found {
  /** What the server said, or that it ended. */
  readonly harm: string;
  /** The one that does it alone; undefined where none does. */
  readonly index: number | undefined;
  /** The last input that had been sent. */
  readonly reached: number;
}

export interface Hunt {
  readonly siege: Siege;
  readonly sent: number;
  readonly found: Found | undefined;
  readonly exit: { readonly code: number | null; readonly tookMs: number };
}

/** Inputs of a sequence. */
export interface Range {
  readonly from: number;
  readonly inputs: number;
}

/** Sends a passage of the sequence to a server of its own, until its end or until the server is harmed. */
export async function hunt(
  transport: Transport,
  sequence: Structured,
  { from, inputs }: Range,
): Promise<Hunt> {
  const server = await startServer(transport.name, { secret: FUZZ_SECRET, debug: true });
  const progress = { reached: from, sent: 0 };
  let exit: Hunt["exit"] | undefined;
  let siege: Siege;
  try {
    siege = await siegeWith(transport, server, sequence, { from, inputs }, progress);
  } finally {
    exit = await server.stop();
  }
  const { reached, sent } = progress;
  const harm = harmOf(server, exit.code);
  const found =
    harm === undefined ? undefined : { harm, reached, index: await culprit(sequence, from, reached) };
  return { siege, sent, found, exit };
}

async function siegeWith(
  transport: Transport,
  server: ServerProcess,
  sequence: Structured,
  { from, inputs }: Range,
  progress: { reached: number; sent: number },
): Promise<Siege> {
  const scene = await sceneOf(transport, server);
  const send = (first: number, count: number) =>
    sendStructured(sequence, scene, {
      from: first,
      inputs: count,
      atOnce: AT_ONCE,
      goesOn: (index) => {
        progress.reached = Math.max(progress.reached, index);
        return harmOf(server) === undefined;
      },
      done: () => {
        progress.sent += 1;
      },
    });
  const { openFiles, ...cold } = await warm(transport, server);
  const warmUp = Math.min(WARM_UP, inputs);
  await send(from, warmUp);
  await sleep(1_000);
  const before = { ...(server.alive ? server.footprint() : cold), openFiles };
  return besiege(transport, server, before, async () => {
    await send(from + warmUp, inputs - warmUp);
    return [];
  });
}

/** The latest of the inputs that harm a fresh server alone. */
async function culprit(sequence: Structured, from: number, reached: number): Promise<number | undefined> {
  const server = await startServer(sequence.transport, { secret: FUZZ_SECRET });
  try {
    for (let index = Math.max(from, reached - SUSPECTS); index <= reached; index += 1) {
      await play({ endpoint: server.endpoint, epoch: "00000000" }, inputAt(sequence, index));
      await sleep(SHOWING_MS);
      if (harmOf(server) !== undefined) return index;
    }
    return undefined;
  } finally {
    await server.stop();
  }
}

function harmOf(server: ServerProcess, code: number | null = 0): string | undefined {
  const at = server.stderr.indexOf("internal error");
  if (at >= 0) return server.stderr.slice(at).split("\n").slice(0, 8).join("\n");
  return server.alive || code === 0 ? undefined : `the process has ended: ${server.stderr.slice(-500)}`;
}

/** Learns the name of the server's hub from a notification's id. */
async function sceneOf(transport: Transport, server: ServerProcess): Promise<Scene> {
  const client = await transport.connect(server.endpoint, { token: server.token("scout") });
  const { id } = await client.publish({ channel: "topic/scouted", body: "" });
  await client.close();
  return { endpoint: server.endpoint, epoch: id.split("-")[0] ?? "" };
}
