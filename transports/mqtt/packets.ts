/* Packets by hand, for what no client library would do (MQTT 3.1.1, chapter 3). */

type Field = string | readonly number[] | Buffer;

/** A text stands behind its length (1.5.3); bytes stand as they are. */
function bytesOf(field: Field): Buffer {
  return typeof field === "string" ? text(Buffer.from(field)) : Buffer.from(field);
}

/** Bytes behind their length, whether they are UTF-8 or not. */
export function text(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

export function packet(firstByte: number, ...fields: readonly Field[]): Buffer {
  const body = Buffer.concat(fields.map(bytesOf));
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    left >>>= 7;
  } while (left > 0);
  return Buffer.concat([Buffer.from([firstByte, ...length]), body]);
}

export interface Connect {
  readonly clientId?: string;
  readonly token?: string;
  readonly protocol?: string;
  readonly level?: number;
  /** Default: user name, password, clean session. */
  readonly flags?: number;
  readonly keepalive?: number;
  /** All behind the client id; default: an empty user name and the token. */
  readonly rest?: readonly Field[];
}

export function connectPacket(options: Connect): Buffer {
  const { clientId = "", token = "", protocol = "MQTT", level = 4, flags = 0xc2, keepalive = 0 } = options;
  const rest = options.rest ?? ["", token];
  return packet(0x10, protocol, [level, flags], [keepalive >> 8, keepalive & 0xff], clientId, ...rest);
}

export const subscribePacket = (id: number, qos: number, ...filters: readonly string[]) =>
  packet(0x82, [id >> 8, id & 0xff], ...filters.flatMap((filter): Field[] => [filter, [qos]]));

export const unsubscribePacket = (id: number, ...filters: readonly string[]) =>
  packet(0xa2, [id >> 8, id & 0xff], ...filters);

/** At quality of service 0. */
export const publishPacket = (topic: string, payload: string | Buffer) =>
  packet(0x30, topic, Buffer.from(payload));

/** `firstByte` says the quality of service, and whether it comes again: 0x32, 0x34, 0x3c, ... */
export const publishWithId = (firstByte: number, id: number, topic: string, payload: string) =>
  packet(firstByte, topic, [id >> 8, id & 0xff], Buffer.from(payload));
