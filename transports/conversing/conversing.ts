import { LabError } from "../../core/errors.ts";
import { type Encoded, json } from "../codec/codec.ts";
import type { TransportEntry } from "../port/entry.ts";
import type { ConversingTransport, Speech } from "./port.ts";
import { supports } from "./supports.ts";

/**
 * Makes a transport of what listens, dials and sends messages both ways. A request is `{op, ref, ...}`; its answer is `{op: "ok", ref, ...}` or
 * `{op: "error", ref, code, message}`; events are sent unchanged and recognised by their `kind`. The token comes with the handshake or in a first
 * message. It resumes, reconnects, sends heartbeats, ends expired sessions and disconnects slow subscribers. Throws `malformed` when a function
 * is missing.
 */
export function conversing<Frame = string, Message extends Encoded = string>(
  base: ConversingTransport<Frame, Message>,
): TransportEntry {
  const { frame, listen, dial, codec, handshake = false, ...described } = base;
  const missing = Object.entries({ frame, listen, dial }).filter(([, given]) => typeof given !== "function");
  if (missing.length > 0)
    throw new LabError("malformed", `conversing() lacks ${missing.map(([name]) => `${name}()`).join(", ")}`);
  const speak = async (): Promise<Speech<Frame>> => {
    const spoken = codec ? await codec() : json;
    const [ping, pong] = [spoken.encode({ op: "ping" }), spoken.encode({ op: "pong" })];
    return { frame, listen, dial, handshake, codec: spoken, ping, pong };
  };
  return {
    ...described,
    supports,
    serve: async (hub, options) => (await import("./server.ts")).serve(await speak(), hub, options),
    connect: async (endpoint, options) =>
      (await import("./client.ts")).connect(await speak(), endpoint, options, supports),
  };
}
