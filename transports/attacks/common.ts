import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { LabError } from "../../core/errors.ts";
import { sendGarbage } from "../conformance/fuzz/streams.ts";
import type { Transport, TransportClient } from "../port/transport.ts";
import type { Attack, Target } from "./attack.ts";

/*
 * What can be tried against any transport: on bare sockets, without a token, and through its own client, with one.
 */

/** The server under attack was told to give a connection without a session so long. */
export const HANDSHAKE_MS = 2_000;
/** Node.js looks for late requests once a second. */
export const GRACE_MS = 2_500;
/** When a library ends what asks for nothing, 10 s later at the least. */
const UNSEEN_MS = 20_000;

/** How long the server under attack may take to end a connection on which no session begins. */
export function sessionlessMs({ supports }: Pick<Transport, "supports">, graceMs = GRACE_MS): number {
  return supports.unseenUntilAsking ? UNSEEN_MS : HANDSHAKE_MS + graceMs;
}

/** How long a server of the lab may take to end a connection that it has told so, or whose peer has broken the protocol. */
export const CLOSING_MS = 3_000;

/** A socket to the target, once it stands; its errors are of no interest. */
export async function openSocket({ endpoint }: Pick<Target, "endpoint">): Promise<Socket> {
  const { hostname, port } = new URL(endpoint.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on("error", () => socket.destroy());
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  return socket;
}

/** Rejects unless the server closes all sockets within the time; leaves none open. */
export async function assertClosed(sockets: readonly Socket[], withinMs: number): Promise<void> {
  for (const socket of sockets) socket.resume();
  const deadline = performance.now() + withinMs;
  // A half-open client is told the end; that it does not end its own side must not matter.
  const isOpen = (socket: Socket) => !socket.destroyed && !socket.readableEnded;
  while (sockets.some(isOpen) && performance.now() < deadline) await sleep(20);
  const open = sockets.filter(isOpen).length;
  for (const socket of sockets) socket.destroy();
  if (open > 0) throw new Error(`${open} of ${sockets.length} connections still open after ${withinMs} ms`);
}

/** Acts again and again until what is awaited has settled, and settles like it. */
export async function during<T>(awaited: Promise<T>, everyMs: number, act: () => void): Promise<T> {
  const acting = setInterval(act, everyMs);
  try {
    return await awaited;
  } finally {
    clearInterval(acting);
  }
}

/** So many opened at once, each ended afterwards whatever became of it. */
export async function onMany<T>(
  count: number,
  open: (index: number) => Promise<T>,
  end: (opened: T) => void,
  run: (opened: T, index: number) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const opened = await open(index);
      try {
        await run(opened, index);
      } finally {
        end(opened);
      }
    }),
  );
}

async function inParallel(
  count: number,
  lanes: number,
  run: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      await run(next - 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

const onSockets = (withinMs: number): readonly Attack[] => [
  {
    name: "connections that say nothing",
    patient: true,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(target)));
      await assertClosed(sockets, withinMs);
    },
  },
  {
    name: "connections that send a byte now and then",
    patient: true,
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(target)));
      const opening = Buffer.from("GET /nothing-that-ends HTTP/1.1\r\nx-slow: aaaaaaaaaaaaaaaaaaaa");
      let sent = 0;
      await during(assertClosed(sockets, withinMs), 100, () => {
        for (const socket of sockets) if (socket.writable) socket.write(opening.subarray(sent, sent + 1));
        sent = Math.min(sent + 1, opening.length - 1);
      });
    },
  },
  {
    name: "half-closed connections",
    run: async (target) => {
      const sockets = await Promise.all(Array.from({ length: 300 }, () => openSocket(target)));
      for (const socket of sockets) socket.end();
      await assertClosed(sockets, withinMs);
    },
  },
  {
    name: "a flood of connections",
    run: (target) =>
      inParallel(3_000, 50, async () => {
        const socket = await openSocket(target);
        socket.destroy();
      }),
  },
  {
    name: "random bytes",
    run: (target) => sendGarbage(target.endpoint, { inputs: 300, seed: Date.now() % 1_000_000 }),
  },
];

const QUIET = { reconnect: { attempts: 0, delayMs: 0, jitter: 0 } };

/** Connects as the user; undefined when refused. */
async function enter(transport: Transport, target: Target, user: string) {
  return transport.connect(target.endpoint, { token: target.token(user), ...QUIET }).catch(() => undefined);
}

async function withClient(
  transport: Transport,
  target: Target,
  user: string,
  act: (client: TransportClient) => Promise<void>,
): Promise<void> {
  const client = await transport.connect(target.endpoint, { token: target.token(user), ...QUIET });
  try {
    await act(client);
  } finally {
    await client.close();
  }
}

const ignore = () => undefined;
const codeOf = (error: unknown) => LabError.from(error).code;

function throughItsClient(transport: Transport): Attack[] {
  return [
    {
      name: "a flood of refused tokens",
      run: async (target) => {
        const tokens = [
          "",
          "nonsense",
          `${target.token("eve").slice(0, -4)}AAAA`,
          target.token("eve", -5_000),
        ];
        await inParallel(400, 20, async (index) => {
          const token = tokens[index % tokens.length] ?? "";
          const client = await transport.connect(target.endpoint, { token, ...QUIET }).catch(() => undefined);
          if (!client) return;
          await client.close();
          throw new Error(`let in with token ${index % tokens.length}`);
        });
      },
    },
    {
      name: "one user's sessions without number",
      run: async (target) => {
        const clients: TransportClient[] = [];
        await inParallel(120, 20, async () => {
          const client = await enter(transport, target, "eve");
          if (client) clients.push(client);
        });
        await Promise.all(clients.map((client) => client.close()));
        if (clients.length > 50) throw new Error(`${clients.length} sessions of one user were let in`);
      },
    },
    {
      name: "a flood of subscriptions, others' channels and cursors among them",
      run: (target) =>
        withClient(transport, target, "mallory", async (client) => {
          const { resume } = transport.supports;
          let foreign = 0;
          await inParallel(600, 50, async (index) => {
            const name = index % 3 === 0 ? "user/honest-bob" : `topic/${index % 500}`;
            const after = resume && index % 5 === 0 ? `x-${index.toString(36)}` : undefined;
            await client.subscribe(name, ignore, after).then(
              () => {
                if (name.startsWith("user/")) foreign += 1;
              },
              () => undefined,
            );
          });
          if (foreign > 0) throw new Error("another user's channel was opened");
        }),
    },
    {
      name: "bodies that are too long, and guesses at ids to mark as read",
      run: (target) =>
        withClient(transport, target, "mallory", async (client) => {
          await inParallel(300, 20, async (index) => {
            await client.publish({ channel: "topic/x", body: "x".repeat(1_001) }).then(
              () => Promise.reject(new Error("a body beyond the limit was taken")),
              (error: unknown) => {
                if (codeOf(error) === "internal") throw error;
              },
            );
            await client.markRead(`x-${index}`).catch(ignore);
          });
        }),
    },
    {
      name: "connecting and leaving at once",
      run: (target) =>
        inParallel(300, 20, async (index) => {
          const client = await enter(transport, target, `guest-${index % 10}`);
          await client?.close();
        }),
    },
  ];
}

export function commonAttacks(transport: Transport): readonly Attack[] {
  return [...onSockets(sessionlessMs(transport)), ...throughItsClient(transport)];
}
