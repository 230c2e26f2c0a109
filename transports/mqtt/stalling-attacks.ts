import type { Attack } from "../attacks/attack.ts";
import { assertClosed, CLOSING_MS } from "../attacks/common.ts";
import { times } from "../attacks/push.ts";
import { type Attacker, attacking, countOf, PINGREQ, SUBACK, until } from "./attacker.ts";
import { publishPacket, publishWithId, subscribePacket, unsubscribePacket } from "./packets.ts";
import type { RawClient } from "./raw-client.ts";

/* In a session, by a client that does not read, or that reads and acknowledges nothing. */

/** What a client that reads nothing may push into the buffers of both ends before the server takes no more of it. */
const FLOOD_BYTES = 8 * 1024 * 1024;

/**
 * Pushes the bytes at the server, whose answers nobody reads, until it takes no more or has taken the most of a flood. What it
 * holds meanwhile must not grow, which is for who looks at the process to say.
 */
async function flood(client: RawClient, bytes: Buffer): Promise<void> {
  const { socket } = client;
  socket.pause();
  for (let sent = 0; sent < FLOOD_BYTES && socket.writable; sent += bytes.length) {
    await client.push(bytes);
    // Not even after the time that push() waits.
    if (socket.writableNeedDrain) return;
  }
}

const floods: Readonly<Record<string, Buffer>> = {
  PINGREQ: times(2_000, PINGREQ),
  requests: times(200, publishPacket("request", '{"op":"read","ref":1,"id":"x"}')),
  SUBSCRIBE: times(20, subscribePacket(2, 0, ...Array.from({ length: 90 }, (_, index) => `topic/${index}`))),
  "refused SUBSCRIBE": times(200, subscribePacket(2, 0, `topic/${"x".repeat(1_000)}`)),
  UNSUBSCRIBE: times(500, unsubscribePacket(3, "topic/a", "nothing")),
  "QoS 1 publishes": times(200, publishWithId(0x32, 4, "topic/unread", "x".repeat(100))),
  "a QoS 2 publish": times(200, publishWithId(0x3c, 5, "topic/unread", "x".repeat(100))),
};

/** A publisher that publishes at the given first byte until the subscriber's connection has ended, or so many have gone out. */
async function publishAt(
  { enter }: Attacker,
  stalled: RawClient,
  batch: Buffer,
  batches: number,
): Promise<void> {
  const publisher = await enter("mqtt-publisher");
  for (let sent = 0; sent < batches && !stalled.socket.readableEnded && !stalled.socket.destroyed; sent += 1)
    await publisher.push(batch);
}

export const stallingAttacks: readonly Attack[] = [
  ...Object.entries(floods).map(
    ([what, bytes]): Attack => ({
      name: `a flood of ${what} whose answers nobody reads`,
      run: (target) =>
        attacking(target, async ({ enter }) => {
          const user = `mqtt-flood-${what.toLowerCase().replaceAll(" ", "-")}`;
          const clients = await Promise.all(Array.from({ length: 3 }, () => enter(user)));
          await Promise.all(clients.map((client) => flood(client, bytes)));
        }),
    }),
  ),
  {
    name: "subscribers that stop reading while others publish",
    run: (target) =>
      attacking(target, async (attacker) => {
        const stalled = await Promise.all([0, 1, 2].map(() => attacker.enter("mqtt-stalled")));
        for (const [qos, client] of stalled.entries()) {
          client.send(subscribePacket(2, qos, "topic/mqtt-stalled"));
          await until("SUBACK", client, () => countOf(client, SUBACK) === 2);
          client.socket.pause();
        }
        const batch = times(100, publishPacket("topic/mqtt-stalled", "x".repeat(1_000)));
        const [first] = stalled;
        if (first) await publishAt(attacker, first, batch, 150);
        await assertClosed(
          stalled.map(({ socket }) => socket),
          CLOSING_MS,
        );
      }),
  },
  {
    name: "a subscriber that acknowledges nothing while others publish",
    run: (target) =>
      attacking(target, async (attacker) => {
        const silent = await attacker.enter("mqtt-silent");
        silent.send(subscribePacket(2, 2, "topic/mqtt-silent"));
        await until("SUBACK", silent, () => countOf(silent, SUBACK) === 2);
        const before = silent.received.length;
        await publishAt(attacker, silent, times(500, publishPacket("topic/mqtt-silent", "x")), 150);
        // Whether events ask for an acknowledgement is the variant's.
        if (((silent.received[before]?.first ?? 0) & 0x06) !== 0) await assertClosed([silent.socket], 10_000);
      }),
  },
];
