import { splitDialogue } from "../dissect/dialogue.ts";
import type { DissectorFactory } from "../dissect/dissector.ts";
import { dissectWebSocket } from "../dissect/websocket.ts";

/** JSON texts of the dialogue in WebSocket messages, compressed or not. */
export const dissect: DissectorFactory = (isBody) =>
  dissectWebSocket((direction, text) => splitDialogue(direction, text, isBody));
