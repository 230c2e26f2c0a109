import type { Plan } from "../../scenarios/plan.ts";
import { type PageTransport, pageTransports } from "../../transports/browser.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { whyInOnePiece } from "../launch/slicing.ts";
import { transportBehind } from "../result/control-name.ts";

/** What pages know the transport as, in the clear or over TLS; undefined for one that they can't speak. */
export function inPage(transport: string): PageTransport | undefined {
  const plain = plainOf(transport);
  return isPageTransport(plain) ? plain : undefined;
}

/** Why there is no page beside the load of this transport; undefined when there can be. */
export function whyNoPage(transport: string): string | undefined {
  if (inPage(transport)) return undefined;
  const [family = ""] = plainOf(transport).split(":", 1);
  const spoken = Object.keys(pageTransports).filter((name) => name.split(":", 1)[0] === family);
  return `it has no client for pages${spoken.length > 0 ? `; ${spoken.join(" and ")} has` : ""}`;
}

/** Why there is no page beside the load of this plan; undefined when there can be. */
export function whyNotBeside(plan: Plan): string | undefined {
  const reason = whyInOnePiece(plan);
  return reason === undefined ? undefined : `${reason}: pages run only beside scenarios that can be sliced`;
}

function plainOf(transport: string): string {
  const name = transportBehind(transport);
  return inTheClear(name) ?? name;
}

function isPageTransport(name: string): name is PageTransport {
  return name in pageTransports;
}
