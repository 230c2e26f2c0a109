import type { Balancer, BalancerOptions } from "./balancer-options.ts";
import { startHaproxy } from "./haproxy.ts";
import { startNginx } from "./nginx.ts";

export type BalancerName = "haproxy" | "nginx";

const STARTERS: Readonly<Record<BalancerName, (options: BalancerOptions) => Promise<Balancer>>> = {
  haproxy: startHaproxy,
  nginx: startNginx,
};

/** Starts it in front of the nodes; settles when it serves. Rejects as Engine.start() does. */
export function startBalancer(name: BalancerName, options: BalancerOptions): Promise<Balancer> {
  return STARTERS[name](options);
}
