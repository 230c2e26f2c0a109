import { setTimeout as sleep } from "node:timers/promises";
import type { Attack } from "../attacks/attack.ts";
import { assertClosed, CLOSING_MS, during } from "../attacks/common.ts";
import { times } from "../attacks/push.ts";
import { attacking, countOf, PINGREQ, SUBACK, until, withId } from "./attacker.ts";
import { publishPacket, publishWithId, subscribePacket, unsubscribePacket } from "./packets.ts";
import type { RawClient } from "./raw-client.ts";

/* In a session, by a client that reads what it is sent. */

const UNSUBACK = 0xb0;
const PUBREC = 0x50;
const PUBCOMP = 0x70;

const names = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => name(index));

/** Rejects unless each of the payloads gets an answer, whatever it is. */
async function assertAnswered(client: RawClient, payloads: readonly (string | Buffer)[]): Promise<void> {
  const answers = () => countOf(client, 0x30);
  const before = answers();
  for (const payload of payloads) await client.push(publishPacket("request", payload));
  await until(`all ${payloads.length} are answered`, client, () => answers() >= before + payloads.length);
}

const DEEP = `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
const wide = JSON.stringify(Object.fromEntries(names(1_000, (index) => `k${index}`).map((key) => [key, 1])));
const packed = (head: string, depth: number, tail: string) =>
  Buffer.concat([Buffer.from(head, "hex"), Buffer.alloc(depth, 0x91), Buffer.from(tail, "hex")]);

export const sessionAttacks: readonly Attack[] = [
  {
    name: "SUBSCRIBE to more filters than a packet may name",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const clients = await Promise.all(names(20, () => "mqtt-filters").map((user) => enter(user)));
        const thousands = names(2_000, (index) => `t/${index % 1_000}`);
        for (const [index, client] of clients.entries())
          client.send(
            index % 2 === 0 ? subscribePacket(2, 0, ...thousands) : unsubscribePacket(2, ...thousands),
          );
        await assertClosed(
          clients.map(({ socket }) => socket),
          CLOSING_MS,
        );
      }),
  },
  {
    name: "SUBSCRIBE and UNSUBSCRIBE again and again, to channels, wildcards and $SYS",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-subscriber");
        const filters = names(256, (index) => `topic/${index}`);
        const odd = [
          "#",
          "+",
          "+/+",
          "topic/#",
          "topic/+",
          "/",
          "//",
          "$SYS/#",
          "$SYS/broker/clients",
          "$share/g/topic/a",
          "$share/g/#",
          "reply/#",
          "reply/other",
          "request",
          "user/honest-bob",
          "user/+",
          "topic/__proto__",
          "__proto__",
          "\u{1f600}".repeat(1_000),
        ];
        const rounds = 40;
        for (let round = 0; round < rounds; round += 1)
          await client.push(
            Buffer.concat([
              subscribePacket(2, round % 3, ...filters),
              subscribePacket(3, round % 3, ...odd),
              subscribePacket(4, round % 3, ...filters.slice(0, 100).map(() => "topic/same")),
              unsubscribePacket(5, ...filters),
              unsubscribePacket(6, ...odd),
            ]),
          );
        await until("each is answered", client, () => countOf(client, UNSUBACK) === 2 * rounds);
        const granted = client.received
          .filter(({ first, body }) => first === SUBACK && body[1] === 3)
          .flatMap(({ body }) => [...body.subarray(2)])
          .filter((code) => code !== 128);
        // topic/__proto__ is a channel like any other.
        if (granted.length > rounds) throw new Error(`${granted.length} odd filters were granted`);
      }),
  },
  {
    name: "QoS 2 publishes without PUBREL",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const clients = await Promise.all(names(5, () => "mqtt-unreleased").map((user) => enter(user)));
        for (const client of clients)
          for (let id = 1; id <= 3_000 && client.socket.writable; id += 50)
            await client.push(
              Buffer.concat(
                Array.from({ length: 50 }, (_, index) => publishWithId(0x34, id + index, "topic/x", "x")),
              ),
            );
        await assertClosed(
          clients.map(({ socket }) => socket),
          CLOSING_MS,
        );
      }),
  },
  {
    name: "one QoS 2 publish that comes again and again",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-again");
        const count = 10_000;
        client.send(
          subscribePacket(2, 0, "topic/mqtt-again"),
          publishWithId(0x34, 9, "topic/mqtt-again", "x"),
        );
        for (let sent = 0; sent < count; sent += 100)
          await client.push(times(100, publishWithId(0x3c, 9, "topic/mqtt-again", "x")));
        await until("each is acknowledged", client, () => countOf(client, PUBREC) === count + 1);
        const events = client.received.filter(
          ({ first, body }) => first >> 4 === 3 && body.toString("utf8", 2, 18) === "topic/mqtt-again",
        );
        if (events.length !== 1) throw new Error(`it was delivered ${events.length} times`);
      }),
  },
  {
    name: "acknowledgements of what was never sent",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-acks");
        for (let id = 1; id <= 20_000; id += 100)
          await client.push(
            Buffer.concat(
              Array.from({ length: 100 }, (_, index) => [
                withId(0x40, id + index),
                withId(0x50, id + index),
                withId(0x62, id + index),
                withId(0x70, id + index),
              ]).flat(),
            ),
          );
        await until("each PUBREL is answered", client, () => countOf(client, PUBCOMP) === 20_000);
      }),
  },
  {
    name: "retained publishes to channels without number",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-retaining");
        for (let index = 0; index < 10_000; index += 100)
          await client.push(
            Buffer.concat(
              Array.from({ length: 100 }, (_, at) =>
                publishWithId(0x33, 1 + at, `topic/kept-${index + at}`, "x".repeat(500)),
              ),
            ),
          );
        await until("each is acknowledged", client, () => countOf(client, 0x40) === 10_000);
        const late = await enter("mqtt-late");
        late.send(subscribePacket(2, 1, ...names(90, (index) => `topic/kept-${index}`)));
        await until("SUBACK", late, () => countOf(late, SUBACK) === 2);
        await sleep(50);
        if (late.received.some(({ first }) => (first & 0xf1) === 0x31))
          throw new Error("something was retained");
      }),
  },
  {
    name: "deep and wide requests",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-deep");
        const requests = [
          DEEP,
          `{"op":"publish","ref":${DEEP}}`,
          `{"op":"subscribe","ref":1,"channel":${DEEP}}`,
          `{"op":"read","ref":1,"id":${wide}}`,
          // As a token holder ended the process with it.
          packed("82a26f70a178a3726566", 120, "c0"),
          packed("82a26f70a178a3726566", 12_900, "c0"),
          // An array and a map of 2^32 - 1, and a string of as much, of which nothing comes.
          packed("ddffffffff", 0, "c0"),
          packed("dfffffffff", 0, "c0"),
          packed("81a3726566dbffffffff", 0, "c0"),
          Buffer.from([0xff, 0xfe]),
          "",
        ];
        for (let round = 0; round < 40; round += 1) await assertAnswered(client, requests);
      }),
  },
  {
    name: "refs of every shape, and guesses at ids to mark as read",
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const client = await enter("mqtt-refs");
        const refs = [
          "0",
          "-0",
          "1e400",
          "12345678901234567890123",
          "true",
          "[]",
          "{}",
          '{"toString":1}',
          '""',
          `"${"r".repeat(128)}"`,
          `"${"r".repeat(129)}"`,
          '"\\ud800"',
          '"\\u0000"',
          '"__proto__"',
          "nul",
          wide,
        ];
        const guesses = ['"0-1"', '"__proto__"', "null", "1", "{}", `"${"x".repeat(5_000)}"`];
        for (let round = 0; round < 20; round += 1) {
          await assertAnswered(
            client,
            refs.map((ref) => `{"op":"read","ref":${ref},"id":"x-${round}"}`),
          );
          await assertAnswered(
            client,
            guesses.map((id) => `{"op":"read","ref":1,"id":${id}}`),
          );
        }
        const marked = client.received.filter(({ body }) => body.includes('"op":"ok","ref":1}'));
        if (marked.length > 0) throw new Error("a guessed id was marked as read");
      }),
  },
  {
    name: "clients whose tokens run out while they talk",
    patient: true,
    run: (target) =>
      attacking(target, async ({ enter }) => {
        const clients = await Promise.all(
          names(30, () => "mqtt-expiring").map((user) => enter(user, { expiresInMs: 2_000 })),
        );
        const sockets = clients.map(({ socket }) => socket);
        await during(assertClosed(sockets, 2_000 + CLOSING_MS), 50, () => {
          for (const client of clients) client.send(PINGREQ, publishPacket("request", '{"op":"read"}'));
        });
      }),
  },
];
