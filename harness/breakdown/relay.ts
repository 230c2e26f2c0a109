import { connect, createServer, type Socket } from "node:net";
import type { Direction } from "../../transports/dissect/dissector.ts";
import { closeServer, listen } from "../../transports/net/listen.ts";
import type { Endpoint } from "../../transports/port/transport.ts";

/** Some bytes as they came by. */
export interface Chunk {
  /** Numbers connections from 0 in the order they were opened. */
  readonly connection: number;
  readonly direction: Direction;
  /** When the relay got them, on the clock of performance.now(). */
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** A TCP relay before a server that keeps every byte of every connection, in the order seen. */
export interface Relay {
  readonly endpoint: Endpoint;
  readonly recording: readonly Chunk[];
  /** Bytes received from either side and passed on. */
  readonly passed: Readonly<Record<Direction, number>>;
  readonly connections: number;
  /** Idempotent; ends every connection and settles when nothing listens any more. */
  close(): Promise<void>;
}

export async function openRelay(target: Endpoint): Promise<Relay> {
  const { hostname, port, protocol } = new URL(target.url);
  const sockets = new Set<Socket>();
  const recording: Chunk[] = [];
  const passed = { in: 0, out: 0 };
  let connections = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const connection = connections++;
    const far = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port), noDelay: true });
    const pass = (from: Socket, to: Socket, direction: Direction) => {
      sockets.add(from);
      from.on("data", (bytes) => {
        recording.push({ connection, direction, atMs: performance.now(), bytes });
        passed[direction] += bytes.length;
        to.write(bytes);
      });
      from.once("end", () => to.end());
      from.on("error", () => from.destroy());
      from.once("close", () => {
        sockets.delete(from);
        to.destroySoon();
      });
    };
    pass(near, far, "in");
    pass(far, near, "out");
  });
  const bound = await listen(server, "127.0.0.1", 0);
  return {
    endpoint: { ...target, url: `${protocol}//${bound}` },
    recording,
    passed,
    get connections() {
      return connections;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await closeServer(server);
    },
  };
}
