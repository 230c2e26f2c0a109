/**
 * What a byte on a connection is for. `body`: the notification's text. `envelope`: the rest of the application's message.
 * `compressed`: body and envelope together, where compression makes them indistinguishable. `framing`: what the transport adds
 * to carry messages. `handshake`: opening a connection, following channels, closing. `heartbeats`: heartbeats and empty polls.
 */
export const PARTS = ["body", "envelope", "compressed", "framing", "handshake", "heartbeats"] as const;

export type Part = (typeof PARTS)[number];

/** As the server sees it: `in` is what clients send. */
export type Direction = "in" | "out";

/** Consecutive bytes of one part, in the order of the stream they come from. */
export interface Span {
  readonly part: Part;
  readonly length: number;
}

export interface Segment extends Span {
  readonly direction: Direction;
}

/** Whether a text is the body of a notification that somebody published. */
export type IsBody = (text: string) => boolean;

/** Tells what every byte of one connection is for, from the bytes alone. */
export interface Dissector {
  /**
   * Takes the next bytes of one direction, in the order seen on the connection, and gives back the segments that are settled by
   * them: in each direction every byte exactly once and in order. Throws `malformed` for bytes that don't belong to this transport, and for
   * a body that nobody published; it can't be used after that.
   */
  push(direction: Direction, bytes: Buffer): readonly Segment[];
  /** Bytes taken and not given back yet: an unfinished message, or a poll that only its answer will tell the kind of. */
  held(direction: Direction): number;
}

/** A dissector for one connection from its first byte on. */
export type DissectorFactory = (isBody: IsBody) => Dissector;

/** Something a protocol has a name for, where it begins in the bytes of one direction. */
export interface Unit {
  readonly start: number;
  readonly name: string;
  /** What a WebSocket client masked. */
  readonly mask?: { readonly start: number; readonly length: number; readonly key: Buffer };
  /** A compressed block of HTTP/2 header fields (RFC 7541). */
  readonly fields?: { readonly start: number; readonly length: number };
}

/**
 * Reads the units of one direction and tells each as it is read; places count from where it begins. What it returns takes the bytes not yet
 * read and says how many it has read, 0 for none yet; it throws `malformed` for another protocol's.
 */
export type Naming = (
  direction: Direction,
  on: (found: Omit<Unit, "start">) => void,
) => (bytes: Buffer) => number;

/**
 * The part of what carries the given spans: a frame around any piece of a message is framing, one around control traffic alone is
 * part of that, and only one that carries nothing but heartbeats is a heartbeat.
 */
export function carrierPart(spans: readonly Span[]): Part {
  const has = (part: Part) => spans.some((span) => span.part === part);
  if (has("body") || has("envelope") || has("compressed") || has("framing")) return "framing";
  return has("handshake") || spans.length === 0 ? "handshake" : "heartbeats";
}

/** The same spans without empty ones, neighbours of one part joined. */
export function joined(spans: Iterable<Span>): Span[] {
  const result: Span[] = [];
  for (const { part, length } of spans) {
    const last = result.at(-1);
    if (last?.part === part) result[result.length - 1] = { part, length: last.length + length };
    else if (length > 0) result.push({ part, length });
  }
  return result;
}
