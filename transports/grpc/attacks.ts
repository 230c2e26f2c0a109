import type { OwnAttacks } from "../attacks/attack.ts";
import { callAttacks } from "./call-attacks.ts";
import { frameAttacks } from "./frame-attacks.ts";
import { messageAttacks } from "./message-attacks.ts";
import { webAttacks } from "./web-attacks.ts";

/** What can be tried by who knows HTTP/2 and the one method that there is, or gRPC-Web and its methods. */
export const attacks: OwnAttacks = (variant) =>
  variant === "web" ? webAttacks : [...frameAttacks, ...callAttacks, ...messageAttacks];
