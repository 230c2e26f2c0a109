import type { Link } from "../../scenarios/link.ts";
import type { RelaySample } from "../relay/relay.ts";
import type { Failed } from "./messages.ts";

export type LinkFault = "cut" | "heal-keep" | "heal-reset" | "stall" | "unstall" | "reset";

/** To the relay process. */
export type RelayRequest =
  | {
      readonly kind: "relay";
      readonly target: { readonly host: string; readonly port: number };
      readonly link: Link | undefined;
      readonly seed: number;
    }
  | { readonly kind: "fault"; readonly fault: LinkFault }
  | { readonly kind: "sample" };

/** From the relay process. */
export type RelayReply =
  | { readonly kind: "relaying"; readonly port: number }
  | { readonly kind: "done" }
  | { readonly kind: "sampled"; readonly sample: RelaySample }
  | Failed;
