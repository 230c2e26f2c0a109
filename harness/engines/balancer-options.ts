import { LabError } from "../../core/errors.ts";
import type { Engine, EngineOptions } from "../../transports/engines/engine.ts";
import type { Balancing } from "../../transports/port/entry.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import type { BalancerSettings } from "./balancer-plan.ts";

export interface BalancerOptions extends EngineOptions {
  /** Of the nodes, one at least. */
  readonly nodes: readonly Endpoint[];
  readonly balancing: Balancing | undefined;
  readonly settings?: Partial<BalancerSettings>;
}

export interface Balancer {
  readonly engine: Engine;
  /** Where clients connect in place of a node. */
  readonly endpoint: Endpoint;
}

export function hostOf({ url }: Endpoint): string {
  return new URL(url).host;
}

/** The endpoint of the first node, at another `host:port`: nodes of one transport differ in nothing else that a client sees. */
export function inPlaceOf([first]: readonly Endpoint[], place: string): Endpoint {
  if (!first) throw new LabError("malformed", "a balancer needs one node at least");
  return { ...first, url: first.url.replace(`//${hostOf(first)}`, `//${place}`) };
}
