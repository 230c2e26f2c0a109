import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { during, GRACE_MS, HANDSHAKE_MS, onMany } from "../attacks/common.ts";
import { onConnections } from "../http/attacker.ts";
import { connectionAttacks } from "../http/connection-attacks.ts";
import { openRaw, rawRequest } from "../http/raw.ts";
import { type BarePolling, joinPolling, openPolling, PATH, packetText } from "./bare-engine.ts";
import { PacketType } from "./packet.ts";

/*
 * What can be tried by who knows Engine.IO's long polling.
 */

const { CONNECT, DISCONNECT, EVENT } = PacketType;
const TEXT = { "content-type": "text/plain" };
const SUBSCRIBE = `4${packetText(EVENT, ["subscribe", { channel: "topic/flood" }], 1)}`;

async function onSessions(
  open: (index: number) => Promise<BarePolling>,
  count: number,
  run: (session: BarePolling, index: number) => Promise<unknown>,
): Promise<void> {
  await onMany(count, open, ({ connection }) => connection.destroy(), run);
}

/** Does it again and again; rejects unless the server knows the session no more in time. */
async function untilUnknown(session: BarePolling, act: () => Promise<string>, withinMs: number) {
  const deadline = performance.now() + withinMs;
  while (performance.now() < deadline) {
    const answer = await act();
    if (answer.startsWith("400") && answer.includes("Session ID unknown")) return;
    await sleep(50);
  }
  throw new Error(`session ${session.sid} still stands after ${withinMs} ms`);
}

const join = (target: Target, user: string, expiresInMs?: number) =>
  joinPolling(target.endpoint, target.token(user, expiresInMs));

export const pollingAttacks: readonly Attack[] = [
  ...connectionAttacks({ line: `POST ${PATH}polling`, mediaType: TEXT["content-type"], content: "3" }),
  {
    name: "sessions of Engine.IO without number, on connections that stay",
    patient: true,
    run: (target) =>
      onConnections(target, 10, async (connection) => {
        const asked = rawRequest(`GET ${PATH}polling`).repeat(50);
        for (let sent = 0; sent < 200 && !connection.socket.destroyed; sent += 50) {
          connection.send(asked);
          await sleep(50);
        }
        await connection.closed(HANDSHAKE_MS + GRACE_MS);
      }),
  },
  {
    name: "sessions that poll on and never join the namespace, or only with refused tokens",
    patient: true,
    run: (target) =>
      onSessions(
        () => openPolling(target.endpoint),
        20,
        async (session, index) => {
          const refused = `4${packetText(CONNECT, { token: "nonsense" })}`;
          await untilUnknown(
            session,
            () => session.ask("POST", index % 2 === 0 ? "3" : refused),
            HANDSHAKE_MS + GRACE_MS,
          );
        },
      ),
  },
  {
    name: "sessions that leave the namespace and poll on",
    patient: true,
    run: (target) =>
      onSessions(
        (index) => join(target, `leaver-${index % 5}`),
        20,
        async (session) => {
          await session.ask("POST", `4${packetText(DISCONNECT)}`);
          await untilUnknown(session, () => session.ask("POST", "3"), HANDSHAKE_MS + GRACE_MS);
        },
      ),
  },
  {
    name: "sessions that post and never poll",
    run: (target) =>
      onSessions(
        (index) => join(target, `deaf-${index % 5}`),
        5,
        async (session) => {
          const content = Array<string>(100).fill(SUBSCRIBE).join("\u001e");
          for (let sent = 0; sent < 300 && !session.connection.socket.destroyed; sent += 1) {
            const answer = await session.ask("POST", content);
            if (answer.startsWith("400")) return;
          }
          throw new Error("still taken after 30,000 requests whose answers nobody fetched");
        },
      ),
  },
  {
    name: "polls whose answers nobody reads",
    run: (target) =>
      onSessions(
        (index) => join(target, `stalled-${index % 5}`),
        10,
        async (session, index) => {
          await session.ask("POST", SUBSCRIBE);
          const { connection } = session;
          connection.socket.pause();
          for (let sent = 0; sent < 50; sent += 1) connection.send(rawRequest(`GET ${session.path}`));
          if (index === 0) {
            const publisher = await join(target, "mallory");
            const one = `4${packetText(EVENT, ["publish", { channel: "topic/flood", body: "x".repeat(1_000) }])}`;
            for (let sent = 0; sent < 300; sent += 1)
              await publisher.ask("POST", Array<string>(10).fill(one).join("\u001e"));
            publisher.connection.destroy();
          } else await sleep(3_000);
        },
      ),
  },
  {
    name: "ids of sessions that are none, other transports, versions and methods",
    run: (target) =>
      onConnections(target, 60, async (connection, index) => {
        const lines = [
          `GET ${PATH}polling&sid=nobody`,
          `POST ${PATH}polling&sid=__proto__`,
          `GET ${PATH}polling&sid=constructor`,
          `GET ${PATH}websocket`,
          `GET ${PATH}nonsense`,
          "GET /socket.io/?EIO=3&transport=polling",
          "GET /socket.io/?transport=polling&EIO=99",
          `POST ${PATH}polling`,
          `PUT ${PATH}polling`,
          "GET /socket.io/",
          `GET ${PATH}polling&${"a=1&".repeat(2_500)}`,
          `GET ${PATH}polling&sid=${"x".repeat(10_000)}`,
          "GET /socket.io/../../etc",
        ];
        const line = lines[index % lines.length] ?? "";
        connection.send(rawRequest(line, { connection: "close" }));
        const text = await connection.closed();
        if (/^HTTP\/1.1 5/.test(text))
          throw new Error(`${line.slice(0, 80)} was answered ${text.slice(0, 80)}`);
      }),
  },
  {
    name: "polls and posts over one another, and an upgrade of what can't be upgraded",
    run: (target) =>
      onSessions(
        (index) => join(target, `overlap-${index % 5}`),
        20,
        async (session, index) => {
          const one = await openRaw(target.endpoint);
          const other = await openRaw(target.endpoint);
          const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
          const lines = [
            rawRequest(`GET ${session.path}`),
            rawRequest(`POST ${session.path}`, TEXT, "3").slice(0, -1),
            rawRequest(`GET ${session.path.replace("polling", "websocket")}`, {
              ...upgrade,
              "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
            }),
          ];
          for (const connection of [one, other, session.connection])
            connection.send(lines[index % lines.length] ?? "");
          await sleep(500);
          one.destroy();
          other.destroy();
        },
      ),
  },
  {
    name: "contents beyond any length, of many packets, and of none",
    run: (target) =>
      onSessions(
        (index) => join(target, `long-${index % 5}`),
        14,
        async (session, index) => {
          const deep = `4${packetText(EVENT)}["publish",${"[".repeat(6_000)}${"]".repeat(6_000)}]`;
          const contents = [
            "x".repeat(200_000),
            "\u001e".repeat(12_000),
            deep,
            "b!!!",
            "451-[",
            "4".repeat(9_000),
            "1",
          ];
          await session.ask("POST", contents[index % contents.length]).catch(() => undefined);
          await session.ask("POST", "3");
        },
      ),
  },
  {
    name: "contents of a session that come in slowly",
    patient: true,
    run: (target) =>
      onSessions(
        (index) => join(target, `slow-${index % 5}`),
        20,
        async ({ path }) => {
          const connection = await openRaw(target.endpoint);
          connection.send(rawRequest(`POST ${path}`, { ...TEXT, "content-length": "900" }));
          await during(connection.closed(HANDSHAKE_MS + GRACE_MS), 50, () => connection.send("3")).finally(
            () => connection.destroy(),
          );
        },
      ),
  },
  {
    name: "sessions whose tokens run out while they talk",
    patient: true,
    run: (target) =>
      onSessions(
        () => join(target, "brief", 4_000),
        20,
        (session) => untilUnknown(session, () => session.ask("POST", "3"), 4_000 + HANDSHAKE_MS + GRACE_MS),
      ),
  },
];
