import { isUtf8 } from "node:buffer";

/** Packet types that a client sends (MQTT 3.1.1, 2.2.1). */
const CONNECT = 1;
const PUBLISH = 3;
const PUBACK = 4;
const PUBCOMP = 7;
const SUBSCRIBE = 8;
export const UNSUBSCRIBE = 10;
const PINGREQ = 12;
export const DISCONNECT = 14;

/** A session follows 100 channels, unless its hub was told otherwise; who needs more sends another packet. */
export const MAX_FILTERS = 256;

/** Why a connection can't go on. */
export interface Violation {
  readonly reason: string;
  /** The CONNACK that the standard wants before the end; none elsewhere (MQTT-3.1.4-1). */
  readonly returnCode?: number;
}

/**
 * What a packet of a client breaks of MQTT 3.1.1, where the library's parser is more lenient than the standard: such a packet ends its
 * connection (MQTT-4.8.0-1). Undefined when there is nothing to object to, which includes all that the parser refuses by itself.
 */
export function violationIn(first: number, body: Buffer): Violation | undefined {
  const type = first >> 4;
  if (type === PUBLISH) return inPublish(first, new Fields(body));
  if (type === CONNECT) return inConnect(new Fields(body));
  if (type >= PUBACK && type <= PUBCOMP) return body.length === 2 ? inIdentifier(new Fields(body)) : SHAPE;
  if (type === SUBSCRIBE || type === UNSUBSCRIBE) return inFilters(type, new Fields(body));
  if (type === PINGREQ || type === DISCONNECT) return body.length === 0 ? undefined : SHAPE;
  return { reason: "a client does not send packets of this type" };
}

export function isConnect(first: number): boolean {
  return first >> 4 === CONNECT;
}

const SHAPE: Violation = { reason: "the packet's length does not fit its content" };
const TEXT: Violation = { reason: "a text in the packet is not well-formed UTF-8, or holds U+0000" };
const IDENTIFIER: Violation = { reason: "a packet identifier must not be 0" };

function inConnect(fields: Fields): Violation | undefined {
  const name = fields.text();
  const level = fields.byte();
  const flags = fields.byte();
  // MQTT-3.1.2-2; the eighth bit is how bridges mark theirs.
  if (name === "ok" && level !== undefined && (level & 0x7f) !== 3 && (level & 0x7f) !== 4)
    return { reason: "the protocol is MQTT 3.1.1", returnCode: 1 };
  if (name !== "ok" || flags === undefined || !fields.skip(2)) return SHAPE;
  const [user, password, will] = [flags & 0x80, flags & 0x40, flags & 0x04];
  if ((flags & 0x18) === 0x18) return { reason: "a will's quality of service is 0, 1 or 2" };
  if (password && !user) return { reason: "a password needs a user name beside it; it may be empty" };
  const identifier = fields.text();
  const topic = will ? fields.text() : "ok";
  if (will && !fields.binary()) return SHAPE;
  const userName = user ? fields.text() : "ok";
  return firstProblem(identifier, topic, userName);
}

function inPublish(first: number, fields: Fields): Violation | undefined {
  const problem = firstProblem(fields.text());
  const acknowledged = (first & 0x06) !== 0;
  if (problem) return problem;
  if (acknowledged) return inIdentifier(fields);
  return first & 0x08 ? { reason: "nothing is sent again at quality of service 0" } : undefined;
}

function inFilters(type: number, fields: Fields): Violation | undefined {
  const problem = inIdentifier(fields);
  if (problem) return problem;
  let filters = 0;
  do {
    const found = firstProblem(fields.text());
    if (found) return found;
    if (type === SUBSCRIBE && !fields.skip(1)) return SHAPE;
    filters += 1;
    if (filters > MAX_FILTERS) return { reason: `a packet may name at most ${MAX_FILTERS} filters` };
  } while (fields.left > 0);
  return undefined;
}

function inIdentifier(fields: Fields): Violation | undefined {
  const identifier = fields.number();
  if (identifier === undefined) return SHAPE;
  return identifier === 0 ? IDENTIFIER : undefined;
}

type Text = "ok" | "ill-formed" | "cut short";

function firstProblem(...texts: readonly Text[]): Violation | undefined {
  const problem = texts.find((text) => text !== "ok");
  if (problem === undefined) return undefined;
  return problem === "cut short" ? SHAPE : TEXT;
}

/** Reads the fields of a packet one after the other (1.5). */
class Fields {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get left(): number {
    return this.#body.length - this.#at;
  }

  byte(): number | undefined {
    return this.left < 1 ? undefined : this.#body[this.#at++];
  }

  number(): number | undefined {
    if (this.left < 2) return undefined;
    this.#at += 2;
    return this.#body.readUInt16BE(this.#at - 2);
  }

  /** False when there are not so many bytes. */
  skip(bytes: number): boolean {
    this.#at += bytes;
    return this.left >= 0;
  }

  /** Bytes behind their length; undefined when they are cut short. */
  binary(): Buffer | undefined {
    const length = this.number();
    if (length === undefined || length > this.left) return undefined;
    this.#at += length;
    return this.#body.subarray(this.#at - length, this.#at);
  }

  /** 1.5.3: UTF-8 without surrogates and without U+0000. */
  text(): Text {
    const bytes = this.binary();
    if (!bytes) return "cut short";
    return isUtf8(bytes) && !bytes.includes(0) ? "ok" : "ill-formed";
  }
}
