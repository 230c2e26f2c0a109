import { loopback } from "./loopback/transport.ts";
import { tcp } from "./tcp/transport.ts";
import type { Transport } from "./transport.ts";
import { websocket, websocketDeflate, websocketFastify } from "./websocket/transport.ts";

/** Every wire and variant, in the order reports show them. */
export const transports: readonly Transport[] = [
  websocket,
  websocketDeflate,
  websocketFastify,
  tcp,
  loopback,
];
