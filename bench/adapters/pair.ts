import type { ChildProcess } from "node:child_process";
import { replyOf, start } from "../fork.ts";
import type { FromServer, FromSubscribers, SideName, ToServer, ToSubscribers } from "./messages.ts";

/** One server with its subscribers, ready to be sent bursts. */
export interface Side {
  /** Where it is watched, if it is. */
  readonly metrics: string | undefined;
  /** Sends that many broadcasts, a few under way at a time, and measures the server's CPU and the time. */
  burst(broadcasts: number): Promise<Burst>;
  close(): void;
}

export interface Burst {
  readonly cpuUsPerDelivery: number;
  readonly deliveriesPerSecond: number;
}

const AHEAD = 4;
const CHANNEL = "topic/feed";

/** Both, the first one first or not: whoever comes first into a process finds another heap, so both do in turn. */
export async function openBoth(
  one: () => Promise<Side>,
  other: () => Promise<Side>,
  oneFirst: boolean,
): Promise<readonly [Side, Side]> {
  if (oneFirst) return [await one(), await other()];
  const second = await other();
  return [await one(), second];
}

/**
 * No full collection while a server starts. One that comes before process.nextTick() is optimised has V8 forget the shapes that it saw there, and its code then
 * takes ten times as long, for good: some 3 us a request over HTTP. Which side it hits is by what it loads, and says nothing of an adapter.
 */
export const SERVER_OPTIONS = ["--initial-old-space-size=64"];

export async function openSide(
  side: SideName,
  transport: string,
  secret: string,
  subscribers: number,
  /** Which may serve the other side as well. */
  server: ChildProcess = start("./server.js", import.meta.url, SERVER_OPTIONS),
  build?: string,
): Promise<Side> {
  const clients = start("./subscribers.js", import.meta.url);
  const tell = (message: ToServer) => void server.send(message);
  const close = () => {
    server.kill("SIGKILL");
    clients.kill("SIGKILL");
  };
  let metrics: string | undefined;
  try {
    tell({ kind: "serve", side, transport, secret, ...(build === undefined ? {} : { build }) });
    const serving = await replyOf<FromServer, "serving">(server, "serving");
    metrics = serving.metrics;
    const assignment: ToSubscribers = { transport, url: serving.url, secret, channel: CHANNEL, subscribers };
    clients.send(assignment);
    await replyOf<FromSubscribers, "ready">(clients, "ready");
  } catch (error) {
    close();
    throw error;
  }
  return {
    metrics,
    close,
    burst: async (broadcasts) => {
      const began = performance.now();
      let sent = Math.min(AHEAD, broadcasts);
      let rounds = 0;
      tell({ kind: "begin", side, ahead: sent, channel: CHANNEL });
      await new Promise<void>((resolve, reject) => {
        const onDeath = () => reject(new Error(`a process of the ${side} side of ${transport} died`));
        const onRound = () => {
          rounds += 1;
          if (sent < broadcasts) {
            sent += 1;
            tell({ kind: "next" });
          }
          if (rounds < broadcasts) return;
          clients.off("message", onRound);
          for (const child of [server, clients]) child.off("exit", onDeath);
          resolve();
        };
        clients.on("message", onRound);
        for (const child of [server, clients]) child.once("exit", onDeath);
      });
      const seconds = (performance.now() - began) / 1_000;
      tell({ kind: "end" });
      const { cpuUs } = await replyOf<FromServer, "ended">(server, "ended");
      const deliveries = broadcasts * subscribers;
      return { cpuUsPerDelivery: cpuUs / deliveries, deliveriesPerSecond: deliveries / seconds };
    },
  };
}
