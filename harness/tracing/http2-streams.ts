import { connect } from "node:http2";
import type { Duplex } from "node:stream";
import { PassThrough } from "node:stream";

let found: Duplex | undefined;

/** The prototype of all HTTP/2 streams of this process, server's and client's, which Node.js does not export: any stream has it. */
export function http2StreamPrototype(): Duplex {
  if (found) return found;
  const nowhere = new PassThrough();
  const session = connect("http://localhost", { createConnection: () => nowhere });
  session.on("error", () => undefined);
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => undefined);
  const prototype: unknown = Object.getPrototypeOf(Object.getPrototypeOf(stream));
  stream.destroy();
  session.destroy();
  if (!isDuplex(prototype)) throw new TypeError("HTTP/2 streams of this Node.js are not what they were");
  found = prototype;
  return found;
}

function isDuplex(value: unknown): value is Duplex {
  return (
    typeof value === "object" && value !== null && "_write" in value && "_writev" in value && "push" in value
  );
}
