import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../../attacks/attack.ts";
import { answered, authorizationOf, onConnections, publishMany, type Writing, written } from "../attacker.ts";
import { httpAttacks } from "../attacks.ts";
import { type RawConnection, rawRequest } from "../raw.ts";

/** In an answer, however it is written. */
const SESSION = /session\W{1,3}([\w-]{22})/;
const PATIENCE_MS = 5_000;

/** Opens a session; settles with its id. */
async function openSession(target: Target, connection: RawConnection, user: string, expiresInMs?: number) {
  const authorization = `Bearer ${target.token(user, expiresInMs)}`;
  connection.send(rawRequest("POST /sessions", { authorization }));
  for (let waited = 0; waited < PATIENCE_MS && !connection.socket.destroyed; waited += 5) {
    const [, session] = SESSION.exec(connection.text) ?? [];
    if (session !== undefined) return session;
    await sleep(5);
  }
  throw new Error(`no session was opened: ${connection.text.slice(0, 200)}`);
}

/** Opens a session that follows a topic, on a connection that has got two answers then. */
async function openFollower(
  target: Target,
  connection: RawConnection,
  user: string,
  topic: string,
  writing: Writing,
): Promise<string> {
  const session = await openSession(target, connection, user);
  const headers = { "x-session": session };
  connection.send(written(writing, "POST /subscribe", headers, { channel: `topic/${topic}` }));
  await answered(connection, 2);
  return session;
}

/** Attacks on sessions that are polled at `path`; `waits`: a poll is kept until there is something to answer. */
export function attacksOnPolls(path: string, waits: boolean, writing: Writing): readonly Attack[] {
  const poll = (session: string, after = "0") =>
    rawRequest(`GET ${path}?after=${after}`, { "x-session": session });
  return [
    ...httpAttacks(writing),
    {
      name: "sessions that are opened and never polled",
      run: async (target) => {
        let opened = 0;
        await onConnections(target, 20, async (connection) => {
          const authorization = authorizationOf(target, "hoarder");
          for (let asked = 1; asked <= 20; asked += 1) {
            connection.send(rawRequest("POST /sessions", { authorization }));
            await answered(connection, asked);
          }
          opened += connection.text.match(new RegExp(SESSION, "g"))?.length ?? 0;
        });
        if (opened > 50) throw new Error(`${opened} sessions of one user were opened`);
      },
    },
    {
      name: "answers that nobody reads, on many connections of one session",
      run: (target) =>
        onConnections(target, 1, async (connection) => {
          const session = await openFollower(target, connection, "mallory", "unread", writing);
          await publishMany(target, "unread", 1_500, writing);
          await onConnections(target, 100, async ({ socket, send }) => {
            socket.pause();
            send(poll(session).repeat(50));
            await sleep(2_000);
          });
        }),
    },
    {
      name: "polls without number of one session",
      run: (target) =>
        onConnections(target, 1, async (connection) => {
          const session = await openFollower(target, connection, "mallory", "quiet", writing);
          await onConnections(target, 50, async (polling) => {
            for (let sent = 0; sent < 300 && !polling.socket.destroyed; sent += 50) {
              polling.send(poll(session).repeat(50));
              // Where polls wait, the next of a connection has its turn when another connection's takes the place of the one before: who is last is alone.
              const all = answered(polling, sent + 50, waits ? 500 : undefined);
              await (waits ? all.catch(() => undefined) : all);
            }
          });
        }),
    },
    {
      name: "cursors that are guessed, another's, or named a thousand times",
      run: (target) =>
        onConnections(target, 20, async (connection, index) => {
          const session = await openFollower(target, connection, `guest-${index}`, "x", writing);
          const cursors = [
            "x-1",
            "",
            "0%0Aa",
            "z".repeat(8_000),
            `0${"&after=0".repeat(1_000)}`,
            "__proto__",
          ];
          for (const [number, cursor] of cursors.entries()) {
            connection.send(poll(session, cursor));
            await answered(connection, number + 3);
          }
          if (connection.text.split("HTTP/1.1 400 ").length - 1 !== cursors.length)
            throw new Error(`one of the cursors was taken: ${connection.text.slice(-300)}`);
        }),
    },
    {
      name: "sessions that follow a busy topic and do not poll",
      run: (target) =>
        onConnections(target, 40, async (connection, index) => {
          await openFollower(target, connection, "idler", "busy", writing);
          if (index === 0) await publishMany(target, "busy", 3_000, writing);
          else await sleep(2_000);
        }),
    },
    {
      name: "subscribing again and again from a cursor, in a session that does not poll",
      run: async (target) => {
        await publishMany(target, "again", 1_000, writing);
        await onConnections(target, 5, async (connection) => {
          const session = await openFollower(target, connection, "mallory", "again", writing);
          const again = { channel: "topic/again", after: "x-0" };
          const request = written(writing, "POST /subscribe", { "x-session": session }, again);
          for (let sent = 0; sent < 600; sent += 50) {
            connection.send(request.repeat(50));
            await answered(connection, sent + 52);
          }
        });
      },
    },
    ...(waits ? [waitingBeyondToken(poll)] : []),
  ];
}

/** Their tokens run out while a poll waits. */
function waitingBeyondToken(poll: (session: string) => string): Attack {
  return {
    name: "sessions whose tokens run out while a poll waits",
    patient: true,
    run: (target) =>
      onConnections(target, 20, async (connection) => {
        const session = await openSession(target, connection, "brief", 1_000);
        connection.send(poll(session));
        await connection.receive('"code":"unauthenticated"');
        await connection.closed();
      }),
  };
}
