import type { OwnAttacks } from "../attacks/attack.ts";
import { openBareClient } from "../attacks/bare-websocket.ts";
import { CLOSING_MS, HANDSHAKE_MS } from "../attacks/common.ts";
import { websocketAttacks } from "../attacks/websocket-attacks.ts";
import { connectingAttacks } from "./connecting-attacks.ts";
import { sessionAttacks } from "./session-attacks.ts";
import { stallingAttacks } from "./stalling-attacks.ts";
import { SUBPROTOCOL } from "./websocket-stream.ts";

/** On connections that have not said CONNECT yet, and are to end in any case. */
const overWebSocket = websocketAttacks({
  open: ({ endpoint }, extra = []) =>
    openBareClient(endpoint, undefined, [`Sec-WebSocket-Protocol: ${SUBPROTOCOL}`, ...extra]),
  withinMs: HANDSHAKE_MS + CLOSING_MS,
});

/**
 * What can be tried by who knows the protocol, without a token and with one. Requests come as JSON and as MessagePack, so that each attack
 * fits every variant: where one is not the variant's, it has to be answered all the same.
 */
export const attacks: OwnAttacks = (variant) => [
  ...connectingAttacks,
  ...sessionAttacks,
  ...stallingAttacks,
  ...(variant === "ws" ? overWebSocket : []),
];
