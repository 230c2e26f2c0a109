import { inJson } from "../http/attacker.ts";
import { attacksOnPolls } from "../http/polls/attacks.ts";

export const attacks = attacksOnPolls("/notifications", false, inJson);
