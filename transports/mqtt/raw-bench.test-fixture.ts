import { afterEach, beforeEach } from "vitest";
import { type Bench, type BenchOptions, openBench, until, within } from "../conformance/bench.ts";
import type { Endpoint } from "../port/transport.ts";
import { type Connect, connectPacket, packet, subscribePacket } from "./packets.ts";
import { openRaw, type RawClient, type Received } from "./raw-client.ts";
import { mqtt } from "./transport.ts";

const CONNACK = 0x20;
export const PUBACK = 0x40;
export const PUBREC = 0x50;
export const PUBCOMP = 0x70;
export const SUBACK = 0x90;
export const REPLIES = "reply/c-1";

export const pubrel = (id: number) => packet(0x62, [id >> 8, id & 0xff]);

/** A server for each test of the file that calls this, and clients by hand, which end with their test. */
export function openRawBench() {
  let bench: Bench;
  const clients: RawClient[] = [];

  beforeEach(async () => {
    bench = await openBench(mqtt);
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await bench.close();
  });

  const kept = (client: RawClient): RawClient => {
    clients.push(client);
    return client;
  };

  /** A client that has said nothing yet. */
  const open = (): RawClient => kept(openRaw(bench.server.endpoint));

  const connect = (options: Connect): RawClient => kept(enterRaw(bench.server.endpoint, options));

  return {
    get bench(): Bench {
      return bench;
    },
    /** Another server in place of the test's own. */
    async reopen(transport = mqtt, options: BenchOptions = {}): Promise<void> {
      await bench.close();
      bench = await openBench(transport, options);
    },
    open,
    connect,
    /** One that has been let in and follows its reply topic and the channels given. */
    async enter(user: string, channels: readonly string[] = [], options: Connect = {}): Promise<RawClient> {
      const { clientId = "c-1" } = options;
      const client = connect({ clientId, token: bench.token(user), ...options });
      client.send(subscribePacket(1, 0, `reply/${clientId}`, ...channels));
      await until("it is let in", () => ofType(client, SUBACK).length === 1);
      return client;
    },
  };
}

/** One that has asked to be let in; the answer is still to come. */
export function enterRaw(endpoint: Endpoint, options: Connect): RawClient {
  const client = openRaw(endpoint);
  client.send(connectPacket(options));
  return client;
}

export const ofType = ({ received }: RawClient, first: number): Received[] =>
  received.filter((one) => one.first === first);

/** The CONNACK's return code; undefined when the connection ended without one. */
export async function returnCode(client: RawClient): Promise<number | undefined> {
  await within(
    "an answer or the end",
    Promise.race([client.closed, until("CONNACK", () => client.received.length > 0)]),
  );
  return ofType(client, CONNACK)[0]?.body[1];
}

export const repliesTo = (client: RawClient) =>
  client.published(REPLIES).map((text) => {
    const { op, ref, code } = JSON.parse(text);
    return op === "ok" ? [op, ref] : [op, ref, code];
  });
