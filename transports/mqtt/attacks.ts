import type { Attack } from "../attacks/attack.ts";
import { connectingAttacks } from "./connecting-attacks.ts";
import { sessionAttacks } from "./session-attacks.ts";
import { stallingAttacks } from "./stalling-attacks.ts";

/**
 * What can be tried by who knows the protocol, without a token and with one. Requests come as JSON and as MessagePack, so that each attack
 * fits every variant: where one is not the variant's, it has to be answered all the same.
 */
export const attacks: readonly Attack[] = [...connectingAttacks, ...sessionAttacks, ...stallingAttacks];
