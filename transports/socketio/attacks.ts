import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, OwnAttacks, Target } from "../attacks/attack.ts";
import { type BareClient, maskedFrame, OPCODE, upgradeRequest } from "../attacks/bare-websocket.ts";
import { assertClosed, CLOSING_MS, during, GRACE_MS, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { push, times } from "../attacks/push.ts";
import { websocketAttacks } from "../attacks/websocket-attacks.ts";
import {
  engine,
  joinEngine,
  jsonNotation,
  message,
  msgpackNotation,
  type Notation,
  openEngine,
  PATH,
} from "./bare-engine.ts";
import { PacketType } from "./packet.ts";
import { pollingAttacks } from "./polling-attacks.ts";

/*
 * What can be tried by who knows Engine.IO and Socket.IO, over WebSocket. Packets are in the variant's notation; what is a text in any case
 * ends a connection of the variant that takes none.
 */

const { CONNECT, DISCONNECT, EVENT, ACK } = PacketType;

async function onEngines(
  open: (index: number) => Promise<BareClient>,
  count: number,
  run: (client: BareClient, index: number) => Promise<unknown>,
  afterwards: (clients: readonly BareClient[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const clients = await Promise.all(Array.from({ length: count }, (_, index) => open(index)));
  try {
    await Promise.all(clients.map(run));
    await afterwards(clients);
  } finally {
    for (const { socket } of clients) socket.destroy();
  }
}

/** Writes the bytes every 50 ms for as long as the server leaves the connection open; rejects when that is too long. */
async function talkUntilClosed(clients: readonly BareClient[], bytes: Buffer, withinMs: number) {
  const sockets = clients.map(({ socket }) => socket);
  await during(assertClosed(sockets, withinMs), 50, () => {
    for (const socket of sockets) if (socket.writable) socket.write(bytes);
  });
}

const DEEP = `${"[".repeat(6_000)}${"]".repeat(6_000)}`;
const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, index]));

function engineAttacks(packet: Notation): readonly Attack[] {
  const join = (target: Target, user: string, expiresInMs?: number) =>
    joinEngine(target.endpoint, target.token(user, expiresInMs), packet);
  const subscribe = packet(EVENT, ["subscribe", { channel: "topic/flood" }], 1);
  const publish = (body: string) => packet(EVENT, ["publish", { channel: "topic/flood", body }], 2);
  const pong = engine("3");
  const open = ({ endpoint, token }: Target, extra?: readonly string[]) =>
    joinEngine(endpoint, token("eve"), packet, extra);

  return [
    ...websocketAttacks({ open, withinMs: HANDSHAKE_MS + CLOSING_MS }),
    {
      name: "upgrades that are none of Engine.IO's, by clients that never end their side",
      run: async (target) => {
        const paths = [
          "/foo",
          "/",
          "/socket.io",
          `${PATH}polling`,
          `${PATH}nonsense`,
          `${PATH}websocket&sid=nobody`,
          `${PATH}websocket&sid=__proto__`,
          "/socket.io/?EIO=3&transport=websocket",
          "/socket.io/",
        ];
        for (let batch = 0; batch < 5; batch += 1) {
          const sockets = await Promise.all(Array.from({ length: 90 }, () => openSocket(target)));
          for (const [index, socket] of sockets.entries())
            socket.write(upgradeRequest(target.endpoint, undefined, [], paths[index % paths.length]));
          await assertClosed(sockets, CLOSING_MS);
        }
      },
    },
    {
      name: "pings of 125 bytes whose pongs nobody reads, without a token and with one",
      run: async (target) => {
        const pings = times(500, maskedFrame(OPCODE.ping, "x".repeat(125)));
        const open = (index: number) =>
          index % 2 === 0 ? openEngine(target.endpoint) : join(target, `pinger-${index}`);
        await onEngines(open, 6, async ({ socket }) => {
          socket.pause();
          for (let sent = 0; sent < 300 && socket.writable; sent += 1) await push(socket, pings);
          await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
        });
      },
    },
    {
      name: "packets of Engine.IO without number, by clients that never join the namespace",
      run: (target) =>
        onEngines(
          () => openEngine(target.endpoint),
          40,
          async (client, index) => {
            const kinds = ["3", "2", "1", "0", "5", "6", "", "b", "2probe", "3probe"];
            await talkUntilClosed(
              [client],
              times(200, engine(kinds[index % kinds.length] ?? "")),
              HANDSHAKE_MS + GRACE_MS,
            );
          },
        ),
    },
    {
      name: "other namespaces, and the same one with refused tokens, again and again",
      run: (target) =>
        onEngines(
          () => openEngine(target.endpoint),
          20,
          async (client, index) => {
            const token = index % 4 < 2 ? "nonsense" : target.token("eve", -5_000);
            const namespace = index % 2 === 0 ? "/admin" : undefined;
            const asked = times(100, packet(CONNECT, { token }, undefined, namespace));
            await talkUntilClosed([client], asked, HANDSHAKE_MS + GRACE_MS);
          },
        ),
    },
    {
      name: "connections that leave the namespace and stay",
      patient: true,
      run: (target) =>
        onEngines(
          (index) => join(target, `leaver-${index % 5}`),
          40,
          async (client) => {
            client.socket.write(packet(DISCONNECT));
            await talkUntilClosed([client], pong, HANDSHAKE_MS + GRACE_MS);
          },
        ),
    },
    {
      name: "binary packets whose attachments never come, are too many, or are not what they say",
      run: (target) =>
        onEngines(
          (index) => join(target, `binary-${index % 5}`),
          40,
          async ({ socket }, index) => {
            const placeholder = (num: unknown) => `["x",{"_placeholder":true,"num":${JSON.stringify(num)}}]`;
            const heads = [
              message(`51-${placeholder(0)}`),
              message(`510-${placeholder(9)}`),
              message(`51000000000-${placeholder(0)}`),
              message(`61-1${placeholder(0).replace('"x",', "")}`),
              message(`51-${placeholder(-1)}`),
              message(`51-${placeholder("__proto__")}`),
              message(`51-["x",${DEEP}]`),
              message(`51-["subscribe",{"channel":{"_placeholder":true,"num":0}}]`),
            ];
            await push(socket, heads[index % heads.length] ?? pong);
            if (index % 3 > 0) await push(socket, maskedFrame(OPCODE.binary, "x".repeat(1_000)));
            if (index % 3 === 2) await push(socket, times(50, maskedFrame(OPCODE.binary, "y")));
            await sleep(500);
          },
        ),
    },
    {
      name: "acknowledgements nobody asked for, and numbers of them beyond any",
      run: (target) =>
        onEngines(
          (index) => join(target, `ack-${index % 5}`),
          10,
          async ({ socket }) => {
            for (let sent = 0; sent < 1_000 && socket.writable; sent += 10)
              await push(
                socket,
                Buffer.concat([
                  ...Array.from({ length: 10 }, (_, index) => packet(ACK, [], sent + index)),
                  packet(ACK, [{}], Number.MAX_SAFE_INTEGER),
                  packet(EVENT, ["read", {}], Number.MAX_SAFE_INTEGER),
                ]),
              );
            await push(socket, message(`2${"9".repeat(5_000)}["read",{}]`));
            await sleep(200);
          },
        ),
    },
    {
      name: "deep and wide packets, and events of odd names",
      run: (target) =>
        onEngines(
          (index) => join(target, `deep-${index % 5}`),
          20,
          async ({ socket }, index) => {
            const packed = (head: string, depth: number) =>
              maskedFrame(
                OPCODE.binary,
                Buffer.concat([
                  Buffer.from(head, "hex"),
                  Buffer.alloc(depth, 0x91),
                  Buffer.from("c0", "hex"),
                ]),
              );
            const packets = [
              message(`21["publish",${DEEP}]`),
              message(`21["publish",{"channel":${DEEP}}]`),
              packet(EVENT, ["read", wide], 1),
              packet(EVENT, ["__proto__", {}], 1),
              packet(EVENT, ["constructor", { op: "publish", channel: "topic/x", body: "x" }], 1),
              packet(EVENT, ["connection", {}], 1),
              packet(EVENT, ["disconnect", {}], 1),
              packet(EVENT, [1, {}], 1),
              packet(EVENT, [], 1),
              packet(EVENT, ["publish", null, null, null], 1),
              // {type: 2, nsp: "/", data: [ ...
              packed("83a474797065" + "02" + "a36e7370a12f" + "a464617461", 10_000),
              packed("ddffffffff", 0),
              packed("dfffffffff", 0),
            ];
            await push(socket, packets[index % packets.length] ?? pong);
            await sleep(300);
          },
        ),
    },
    {
      name: "requests whose answers nobody reads",
      run: (target) =>
        onEngines(
          (index) => join(target, `deaf-${index}`),
          2,
          async ({ socket }) => {
            socket.pause();
            const channel = `topic/${"d".repeat(128)}`;
            const asked = times(200, packet(EVENT, ["subscribe", { channel }], 1));
            // The kernel holds some megabytes before anything waits in the server.
            for (let sent = 0; sent < 250 && socket.writable; sent += 1) await push(socket, asked);
            await assertClosed([socket], HANDSHAKE_MS + GRACE_MS);
          },
        ),
    },
    {
      name: "subscribers that stop reading while others publish",
      run: (target) =>
        onEngines(
          (index) => join(target, index === 0 ? "mallory" : `stalled-${index}`),
          4,
          async ({ socket }, index) => {
            if (index > 0) {
              socket.write(subscribe);
              await sleep(200);
              socket.pause();
              return;
            }
            await sleep(1_000);
            const batch = times(100, publish("x".repeat(1_000)));
            for (let sent = 0; sent < 100 && socket.writable; sent += 1) await push(socket, batch);
          },
          (clients) =>
            assertClosed(
              clients.slice(1).map(({ socket }) => socket),
              HANDSHAKE_MS + GRACE_MS,
            ),
        ),
    },
    {
      name: "clients whose tokens run out while they talk",
      patient: true,
      run: async (target) => {
        const opened = Array.from({ length: 30 }, () => join(target, "brief", 4_000));
        await talkUntilClosed(await Promise.all(opened), pong, 4_000 + CLOSING_MS);
      },
    },
  ];
}

export const attacks: OwnAttacks = (variant) =>
  variant === "polling"
    ? pollingAttacks
    : engineAttacks(variant === "msgpack" ? msgpackNotation : jsonNotation);
