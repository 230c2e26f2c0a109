import { setTimeout as sleep } from "node:timers/promises";
import type { Attack, Target } from "../attacks/attack.ts";
import { assertClosed, CLOSING_MS, during, HANDSHAKE_MS, openSocket } from "../attacks/common.ts";
import { attacking, CONNACK, countOf, DISCONNECT, PATIENCE_MS, PINGREQ, until } from "./attacker.ts";
import { connectPacket, packet, publishPacket, publishWithId, subscribePacket } from "./packets.ts";
import { openRaw, type RawClient } from "./raw-client.ts";

/* On the way into a session: before CONNECT, with CONNECT, and against those who are in. */

const many = (count: number, target: Target): Promise<RawClient[]> =>
  Promise.all(Array.from({ length: count }, async () => openRaw(target.endpoint, await openSocket(target))));

const socketsOf = (clients: readonly RawClient[]) => clients.map(({ socket }) => socket);

/** Sends each on connections of its own, whose clients never end their side; rejects unless the server ends them all. */
async function assertEnded(
  target: Target,
  count: number,
  each: readonly Buffer[],
  withinMs: number,
): Promise<void> {
  const clients = await many(count, target);
  for (const [index, client] of clients.entries()) client.send(each[index % each.length] ?? PINGREQ);
  await assertClosed(socketsOf(clients), withinMs);
}

/** CONNECT with a fixed header that announces more, or is longer, than can be. */
const announcing = ["10ffffff7f", "10ffffffffff7f", "1080808080808000", "3080808001", "10809003"];

const answeredOrEnded = async ({ received, socket }: RawClient) => {
  const deadline = performance.now() + PATIENCE_MS;
  while (received.length === 0 && !socket.destroyed && performance.now() < deadline) await sleep(5);
};

const stillIn = async (client: RawClient) => {
  const before = countOf(client, 0xd0);
  client.send(PINGREQ);
  await until("who was there first is answered", client, () => countOf(client, 0xd0) > before);
};

export const connectingAttacks: readonly Attack[] = [
  {
    name: "CONNECT byte by byte, and without an end",
    patient: true,
    run: async (target) => {
      const clients = await many(100, target);
      const connect = connectPacket({ clientId: "slow", token: target.token("eve") });
      let sent = 0;
      await during(assertClosed(socketsOf(clients), HANDSHAKE_MS + CLOSING_MS), 40, () => {
        for (const client of clients) client.send(connect.subarray(sent, sent + 1));
        sent = Math.min(sent + 1, connect.length - 2);
      });
    },
  },
  {
    name: "a flood of refused passwords whose clients never end their side",
    run: async (target) => {
      const forged = `${target.token("eve").slice(0, -4)}AAAA`;
      const refused = [
        connectPacket({ clientId: "a", token: "nonsense" }),
        connectPacket({ clientId: "a", token: forged }),
        connectPacket({ clientId: "a", token: target.token("eve", -5_000) }),
        connectPacket({ clientId: "a", flags: 0x02, rest: [] }),
        connectPacket({ clientId: "a", rest: ["honest-bob", target.token("eve")] }),
        connectPacket({ clientId: "a", token: "x".repeat(16_000) }),
        connectPacket({ clientId: "", flags: 0xc0, token: target.token("eve") }),
        connectPacket({ clientId: "reply/#", token: target.token("eve") }),
      ];
      for (let batch = 0; batch < 10; batch += 1)
        await assertEnded(target, 200, refused, HANDSHAKE_MS + CLOSING_MS);
    },
  },
  {
    name: "packets before CONNECT, and CONNECT of other kinds",
    run: async (target) => {
      const token = target.token("eve");
      const early = [
        publishPacket("topic/x", "early"),
        subscribePacket(1, 0, "topic/x"),
        publishWithId(0x34, 1, "topic/x", "early"),
        packet(0x62, [0, 1]),
        PINGREQ,
        DISCONNECT,
        packet(0x20, [0, 0]),
        connectPacket({ clientId: "a", token, level: 5 }),
        connectPacket({ clientId: "a", token, protocol: "hj" }),
        connectPacket({ clientId: "a", token, flags: 0xc3 }),
        connectPacket({ clientId: "a", token, flags: 0xde, rest: ["topic/x", "", "", token] }),
        packet(0x10),
        packet(0x10, "MQTT", [4, 0xc2, 0, 0], [0xff, 0xff]),
        Buffer.concat(Array.from({ length: 2 }, () => connectPacket({ clientId: "twice", token }))),
      ];
      for (let batch = 0; batch < 4; batch += 1)
        await assertEnded(target, 20 * early.length, early, HANDSHAKE_MS + CLOSING_MS);
    },
  },
  {
    name: "packets that announce more than any request has, before and behind CONNECT",
    run: async (target) => {
      const headers = announcing.map((hex) => Buffer.from(hex, "hex"));
      await assertEnded(target, 200, headers, HANDSHAKE_MS + CLOSING_MS);
      const connect = connectPacket({ clientId: "", token: target.token("mqtt-large") });
      const behind = ["30ffffff7f", "82ffffff7f", "a280808001", "e0ffffff7f", "3080808080"];
      const each = behind.map((hex) => Buffer.concat([connect, Buffer.from(hex, "hex")]));
      for (let batch = 0; batch < 5; batch += 1) await assertEnded(target, 40, each, CLOSING_MS);
    },
  },
  {
    name: "a packet that never ends, on a connection that was let in",
    patient: true,
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const clients = await Promise.all(Array.from({ length: 30 }, () => enter("mqtt-drip")));
        const long = publishPacket("topic/x", "x".repeat(1_000));
        let sent = 0;
        // Looked for every half of that time.
        await during(assertClosed(socketsOf(clients), HANDSHAKE_MS * 1.5 + CLOSING_MS), 40, () => {
          for (const client of clients) client.send(long.subarray(sent, sent + 1));
          sent = Math.min(sent + 1, long.length - 2);
        });
      }),
  },
  {
    name: "squatting on others' client ids, and taking over their sessions",
    run: (target) =>
      attacking(target, async ({ open, enter }) => {
        const bob = await enter("mqtt-victim", { clientId: "phone" });
        for (let index = 0; index < 20; index += 1) {
          const squatter = await enter("mqtt-mallory", { clientId: "phone" });
          // What the victim is told would come here, if anything of it did.
          if (squatter.published("reply/phone").length > 0) throw new Error("another's answer came");
          const masked = await open();
          masked.send(
            connectPacket({ clientId: "phone", rest: ["mqtt-victim", target.token("mqtt-mallory")] }),
          );
          await until("it is refused", masked, () => countOf(masked, CONNACK) === 1);
          if (masked.received[0]?.body[1] !== 4) throw new Error("let in under another's name");
          masked.socket.destroy();
        }
        const spy = await enter("mqtt-mallory", { clientId: "spy" });
        spy.send(subscribePacket(2, 0, "reply/phone", "reply/+", "+/phone", "user/mqtt-victim"));
        await until("it is answered", spy, () => countOf(spy, 0x90) === 2);
        const [, suback] = spy.received.filter(({ first }) => first === 0x90);
        if (suback?.body.subarray(2).some((code) => code !== 128)) throw new Error("another's topic is open");
        await stillIn(bob);
      }),
  },
  {
    name: "one client id that its own user takes over again and again",
    run: (target) =>
      attacking(target, async ({ open, enter }) => {
        const connect = connectPacket({ clientId: "mine", token: target.token("mqtt-own") });
        const clients = await Promise.all(
          Array.from({ length: 100 }, async () => {
            const client = await open();
            client.send(connect, subscribePacket(1, 0, "reply/mine", "topic/x"));
            return client;
          }),
        );
        const left = () => clients.filter(({ socket }) => !socket.destroyed);
        const deadline = performance.now() + PATIENCE_MS;
        while (left().length > 1 && performance.now() < deadline) await sleep(20);
        if (left().length > 1) throw new Error(`${left().length} sessions of one client`);
        await stillIn(await enter("mqtt-own", { clientId: "mine" }));
      }),
  },
  {
    name: "wills to everywhere, of clients that go without a word",
    run: (target) =>
      attacking(target, async ({ open, enter }) => {
        const topics = [
          "topic/x",
          "user/honest-bob",
          "$SYS/x",
          "#",
          "request",
          "reply/c1",
          "a/".repeat(150),
          "",
        ];
        const watcher = await enter("mqtt-watcher");
        const go = async (index: number) => {
          const client = await open();
          const token = target.token(`mqtt-heir-${index % 20}`);
          const topic = topics[index % topics.length] ?? "";
          client.send(
            // Retained, at QoS 2.
            connectPacket({
              clientId: `w${index}`,
              flags: 0xf6,
              rest: [topic, "w".repeat(1_000), "", token],
            }),
          );
          await answeredOrEnded(client);
          client.socket.resetAndDestroy();
        };
        for (let batch = 0; batch < 10; batch += 1)
          await Promise.all(Array.from({ length: 40 }, (_, index) => go(40 * batch + index)));
        await stillIn(watcher);
      }),
  },
  {
    name: "sessions whose clients end their side, say DISCONNECT and stay, or fall silent",
    patient: true,
    run: async (target) => {
      const connect = (keepalive: number) =>
        connectPacket({ clientId: "", keepalive, token: target.token("mqtt-half") });
      const clients = await many(45, target);
      for (const [index, client] of clients.entries()) {
        client.send(connect(index % 3 === 2 ? 1 : 60));
        if (index % 3 === 1) client.send(DISCONNECT);
      }
      await sleep(200);
      for (const [index, { socket }] of clients.entries()) if (index % 3 === 0) socket.end();
      await assertClosed(socketsOf(clients), 1_500 + CLOSING_MS);
    },
  },
];
