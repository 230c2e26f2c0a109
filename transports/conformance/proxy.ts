import { connect, createServer, type Socket } from "node:net";
import { closeServer, listen } from "../net/listen.ts";
import type { Endpoint } from "../port/transport.ts";

/** A TCP relay between a client and a server under test, which can go silent, cut, refuse, and keep what clients sent. */
export interface Proxy {
  readonly endpoint: Endpoint;
  /** What clients sent, one buffer a connection, in the order they connected. */
  readonly recordings: readonly Buffer[];
  /** From now on nothing passes either way, yet connections stay open: a half-open network. */
  silence(): void;
  /** Stops reading from the server, on connections that come later too, as a stalled subscriber does: its windows fill up. */
  stall(): void;
  /** Reads from the server again. */
  flow(): void;
  /** Resets all connections at once; new ones are refused until heal(). */
  cut(): void;
  /** Lets all pass again; what was held back while silent is lost. */
  heal(): void;
  close(): Promise<void>;
}

export async function openProxy(target: Endpoint): Promise<Proxy> {
  const url = new URL(target.url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const recordings: Buffer[] = [];
  let state: "open" | "silent" | "cut" = "open";
  let stalled = false;
  const server = createServer({ noDelay: true }, (near) => {
    if (state === "cut") {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    if (stalled) far.pause();
    const pair = [near, far] as const;
    pairs.add(pair);
    const index = recordings.push(Buffer.alloc(0)) - 1;
    near.on("data", (chunk) => {
      recordings[index] = Buffer.concat([recordings[index] ?? Buffer.alloc(0), chunk]);
      if (state === "open") far.write(chunk);
    });
    far.on("data", (chunk) => {
      if (state === "open") near.write(chunk);
    });
    for (const socket of pair) {
      socket.on("error", () => socket.destroy());
      socket.once("close", () => {
        // A silent network carries no end of a connection either.
        if (state === "silent") return;
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  const flow = () => {
    stalled = false;
    for (const [, far] of pairs) far.resume();
  };
  const bound = await listen(server, "127.0.0.1", 0);
  return {
    endpoint: { ...target, url: `${url.protocol}//${bound}` },
    recordings,
    silence: () => {
      state = "silent";
    },
    stall: () => {
      stalled = true;
      for (const [, far] of pairs) far.pause();
    },
    flow,
    cut: () => {
      state = "cut";
      for (const [near, far] of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    heal: () => {
      state = "open";
      flow();
    },
    close: async () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      await closeServer(server);
    },
  };
}
