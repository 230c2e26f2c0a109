import { attacksOnPolls } from "../http/polls/attacks.ts";

export const attacks = attacksOnPolls("/poll", true);
