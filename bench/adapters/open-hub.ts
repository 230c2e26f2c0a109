import { randomBytes } from "node:crypto";
import type { Hub } from "../../core/hub.ts";
import type { HubOptions } from "../../core/hub-options.ts";
import { nextBody, type Served } from "./answering.ts";
import { type Build, HERE } from "./build.ts";

/** A hub that limits nobody, for those with tokens of the secret, and what publishes on it. */
export function openHub(
  secret: string,
  options: Pick<HubOptions, "watch"> = {},
  { Hub, jwtAuthenticator }: Build = HERE,
): { readonly hub: Hub } & Pick<Served, "broadcast"> {
  const hub = new Hub({
    clock: Date.now,
    authenticate: jwtAuthenticator(secret),
    epoch: randomBytes(4).toString("hex"),
    publishesPerMinute: Number.POSITIVE_INFINITY,
    maxSessionsPerUser: Number.POSITIVE_INFINITY,
    ...options,
  });
  const outlet = hub.attach<null>(
    () => undefined,
    () => undefined,
  );
  const publisher = outlet.connect({ user: "publisher", expiresAt: Number.POSITIVE_INFINITY }, null);
  return { hub, broadcast: (channel) => void hub.publish(publisher, channel, nextBody(channel)) };
}
