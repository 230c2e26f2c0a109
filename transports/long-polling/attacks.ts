import type { OwnAttacks } from "../attacks/attack.ts";
import { inJson, inMsgpack } from "../http/attacker.ts";
import { attacksOnPolls } from "../http/polls/attacks.ts";

/** The same of each variant, in its own notation. */
export const attacks: OwnAttacks = (variant) =>
  attacksOnPolls("/poll", true, variant === "msgpack" ? inMsgpack : inJson);
