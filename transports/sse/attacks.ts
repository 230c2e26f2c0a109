import type { OwnAttacks } from "../attacks/attack.ts";
import { attacksOnStreams } from "../http/streams/attacks.ts";
import { h2Attacks } from "./h2-attacks.ts";

export const attacks: OwnAttacks = (variant) =>
  variant === "h2" ? h2Attacks : attacksOnStreams("/events", "event:welcome");
