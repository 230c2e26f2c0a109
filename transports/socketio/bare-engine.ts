import { setTimeout as sleep } from "node:timers/promises";
import { encode } from "@msgpack/msgpack";
import {
  type BareClient,
  closeFrame,
  maskedFrame,
  OPCODE,
  openBareClient,
} from "../attacks/bare-websocket.ts";
import { openRaw, type RawConnection, rawRequest } from "../http/raw.ts";
import type { Endpoint } from "../port/transport.ts";
import { PacketType } from "./packet.ts";

/*
 * Engine.IO 4 and Socket.IO 5 by hand, on both of Engine.IO's transports. For attacks and tests.
 */

export const PATH = "/socket.io/?EIO=4&transport=";

/** How a variant writes a packet of Socket.IO into a frame. */
export type Notation = (type: number, data?: unknown, id?: number, nsp?: string) => Buffer;

export const jsonNotation: Notation = (type, data, id, nsp) => message(packetText(type, data, id, nsp));

export const msgpackNotation: Notation = (type, data, id, nsp = "/") =>
  maskedFrame(OPCODE.binary, Buffer.from(encode({ type, nsp, data, id }, { ignoreUndefined: true })));

/** A packet as Socket.IO's own parser writes it, without Engine.IO's type. */
export function packetText(type: number, data?: unknown, id?: number, nsp?: string): string {
  const json = data === undefined ? "" : JSON.stringify(data);
  return `${type}${nsp === undefined ? "" : `${nsp},`}${id ?? ""}${json}`;
}

/** A message of Engine.IO in a text frame. */
export function message(text: string): Buffer {
  return engine(`4${text}`);
}

/** A packet of Engine.IO in a text frame. */
export function engine(text: string): Buffer {
  return maskedFrame(OPCODE.text, text);
}

/** A connection by WebSocket on which the server has said `open`. */
export async function openEngine(endpoint: Endpoint, extra: readonly string[] = []): Promise<BareClient> {
  const client = await openBareClient(endpoint, undefined, extra, `${PATH}websocket`);
  await framesCame(client, 1);
  return client;
}

/** One that has joined the namespace, too. Rejects when it is not let in. */
export async function joinEngine(
  endpoint: Endpoint,
  token: string,
  packet: Notation = jsonNotation,
  extra?: readonly string[],
): Promise<BareClient> {
  const client = await openEngine(endpoint, extra);
  client.socket.write(packet(PacketType.CONNECT, { token }));
  await framesCame(client, 2);
  if (!client.frames[1]?.payload.includes("sid")) throw new Error("not let in");
  return client;
}

/** Settles when that many frames have come; rejects when the connection ends before, or after 5 s. */
export async function framesCame({ frames, socket }: BareClient, count: number): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (frames.length < count) {
    if (socket.destroyed || socket.readableEnded) throw new Error(`closed after ${frames.length} frames`);
    if (performance.now() > deadline) throw new Error(`${frames.length} of ${count} frames came`);
    await sleep(5);
  }
}

/** Settles when the server has ended the connection, or has said so in a close frame, which is answered then. */
export async function engineEnded(client: BareClient): Promise<void> {
  const closeFrameCame = async () => {
    while (!client.frames.some(({ opcode }) => opcode === "close")) {
      if (client.socket.destroyed) return;
      await sleep(5);
    }
    client.socket.write(closeFrame(1000));
  };
  await Promise.race([client.ended, closeFrameCame()]);
  await client.ended;
}

/** A session of Engine.IO by polling. */
export interface BarePolling {
  readonly sid: string;
  /** Where polls and posts go. */
  readonly path: string;
  readonly connection: RawConnection;
  /** The status and content of a request, on a connection of its own. */
  ask(method: "GET" | "POST", content?: string): Promise<string>;
}

export async function openPolling(endpoint: Endpoint): Promise<BarePolling> {
  const connection = await openRaw(endpoint);
  connection.send(rawRequest(`GET ${PATH}polling`));
  await connection.receive('"maxPayload"');
  const [, sid = ""] = /"sid":"([^"]+)"/.exec(connection.text) ?? [];
  const path = `${PATH}polling&sid=${sid}`;
  const ask = async (method: "GET" | "POST", content = "") => {
    const one = await openRaw(endpoint);
    one.send(rawRequest(`${method} ${path}`, { connection: "close", "content-type": "text/plain" }, content));
    const text = await one.closed(20_000);
    return `${text.slice(9, 12)} ${text.slice(text.indexOf("\r\n\r\n") + 4)}`;
  };
  return { sid, path, connection, ask };
}

/** One that has joined the namespace. Rejects when it is not let in. */
export async function joinPolling(endpoint: Endpoint, token: string): Promise<BarePolling> {
  const session = await openPolling(endpoint);
  await session.ask("POST", `4${packetText(PacketType.CONNECT, { token })}`);
  const answer = await session.ask("GET");
  if (!answer.includes("40{")) throw new Error(`not let in: ${answer}`);
  return session;
}
