import { LabError } from "../core/errors.ts";
import { type ConversingWire, PING, PONG, type Speech } from "./conversing-port.ts";
import type { Transport } from "./transport.ts";

/**
 * Makes a transport of a wire that carries messages both ways: the JSON dialogue of `dialogue.ts` behind a first message with the
 * token. It resumes, reconnects, sends heartbeats, ends expired sessions and cuts off slow subscribers. Throws `malformed` when
 * a function of the wire is missing.
 */
export function conversing<Frame = string>(wire: ConversingWire<Frame>): Transport {
  const { frame, listen, dial, ...described } = wire;
  const missing = Object.entries({ frame, listen, dial }).filter(([, given]) => typeof given !== "function");
  if (missing.length > 0)
    throw new LabError("malformed", `conversing() lacks ${missing.map(([name]) => `${name}()`).join(", ")}`);
  const speech: Speech<Frame> = { frame, listen, dial, ping: frame(PING), pong: frame(PONG) };
  return {
    ...described,
    supports: { resume: true, network: true, slowConsumer: "disconnect" },
    serve: async (hub, options) => (await import("./conversing-server.ts")).serve(speech, hub, options),
    connect: async (endpoint, options) =>
      (await import("./conversing-client.ts")).connect(speech, endpoint, options),
  };
}
