import type { Attack } from "../attacks/attack.ts";
import { callAttacks } from "./call-attacks.ts";
import { frameAttacks } from "./frame-attacks.ts";
import { messageAttacks } from "./message-attacks.ts";

/** What can be tried by who knows HTTP/2 and the one method that there is. */
export const attacks: readonly Attack[] = [...frameAttacks, ...callAttacks, ...messageAttacks];
