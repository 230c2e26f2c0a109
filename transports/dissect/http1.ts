import { LabError } from "../../core/errors.ts";
import { excerpt } from "./json.ts";
import type { Consume } from "./reader.ts";

const MAX_HEAD = 64 * 1024;
const HEAD_END = "\r\n\r\n";

/** The beginning of a request or response (RFC 9112, 2.1). */
export interface Head {
  /** Without its line break. */
  readonly startLine: string;
  /** By lower-case name; of a repeated field the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** All bytes of it, the empty line included. */
  readonly length: number;
}

/** What is told of a message, in its order; `ended` comes behind each, unless the connection became another protocol's (101). */
export interface Http1Events {
  head(head: Head): void;
  /** A piece of the content, and what stands around it: a chunk's size line and line break (RFC 9112, 7.1), or nothing. */
  content(before: number, content: Buffer, after: number): void;
  /** `length`: the last chunk's line and the trailers. */
  ended(length: number): void;
}

/**
 * Reads the messages of one direction. A content of known length is told whole, chunks one by one. Throws `malformed` for what is
 * not HTTP/1.1, and for a response that only the end of the connection would end.
 */
export function readHttp1(role: "request" | "response", on: Http1Events): Consume {
  const startLine = role === "request" ? /^[A-Z]+ \S+ HTTP\/1\.[01]$/ : /^HTTP\/1\.[01] \d{3}( .*)?$/;
  const prefix = role === "request" ? /^[A-Z]{1,16}( |$)/ : /^HTTP\/1\.|^H(T(T(P(\/(1)?)?)?)?)?$/;
  let length: number | "chunked" = 0;

  const readHead: Consume = (bytes) => {
    if (!prefix.test(bytes.toString("latin1", 0, 17))) throw notHttp(bytes);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0 && bytes.length > MAX_HEAD) throw notHttp(bytes);
    if (end < 0) return 0;
    const head = parseHead(bytes.subarray(0, end + HEAD_END.length), startLine);
    length = contentLength(role, head);
    on.head(head);
    if (length === 0 && !isUpgrade(role, head)) on.ended(0);
    return head.length;
  };

  const readWhole = (bytes: Buffer, due: number): number => {
    if (bytes.length < due) return 0;
    length = 0;
    on.content(0, bytes.subarray(0, due), 0);
    on.ended(0);
    return due;
  };

  const readChunk: Consume = (bytes) => {
    const line = bytes.indexOf("\r\n");
    const size = bytes.toString("latin1", 0, line < 0 ? Math.min(bytes.length, 18) : line);
    if (!/^[0-9a-fA-F]{1,8}(;[^\n]*)?$/.test(line < 0 ? size.replace(/\r$/, "") : size))
      throw new LabError("malformed", `not the size of a chunk: ${excerpt(bytes)}`);
    if (line < 0) return 0;
    const content = Number.parseInt(size, 16);
    const before = line + 2;
    if (content > 0) {
      if (bytes.length < before + content + 2) return 0;
      if (bytes.indexOf("\r\n", before + content) !== before + content)
        throw new LabError("malformed", "a chunk is longer than it says");
      on.content(before, bytes.subarray(before, before + content), 2);
      return before + content + 2;
    }
    // The empty line that ends the trailers may follow the last chunk at once.
    const end = bytes.indexOf(HEAD_END, line);
    if (end < 0) return 0;
    length = 0;
    on.ended(end + HEAD_END.length);
    return end + HEAD_END.length;
  };

  return (bytes) => {
    if (length === "chunked") return readChunk(bytes);
    return length > 0 ? readWhole(bytes, length) : readHead(bytes);
  };
}

/** The status of a response's start line. */
export function statusOf({ startLine }: Head): number {
  return Number(startLine.split(" ")[1]);
}

function parseHead(bytes: Buffer, pattern: RegExp): Head {
  const [startLine = "", ...lines] = bytes
    .toString("latin1", 0, bytes.length - HEAD_END.length)
    .split("\r\n");
  if (!pattern.test(startLine)) throw notHttp(bytes);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw notHttp(Buffer.from(line));
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { startLine, headers, length: bytes.length };
}

/** RFC 9112, 6.3; the lab's transports send neither HEAD nor CONNECT. */
function contentLength(role: "request" | "response", head: Head): number | "chunked" {
  if (role === "response" && (statusOf(head) < 200 || statusOf(head) === 204 || statusOf(head) === 304))
    return 0;
  if (head.headers.get("transfer-encoding")?.toLowerCase() === "chunked") return "chunked";
  const length = head.headers.get("content-length");
  if (length !== undefined && /^\d{1,10}$/.test(length)) return Number(length);
  if (length !== undefined || role === "response")
    throw new LabError("malformed", `nothing says where the content of "${head.startLine}" ends`);
  return 0;
}

function isUpgrade(role: "request" | "response", head: Head): boolean {
  return role === "response" && statusOf(head) === 101;
}

function notHttp(bytes: Buffer): LabError {
  return new LabError("malformed", `not HTTP/1.1: ${excerpt(bytes)}`);
}
