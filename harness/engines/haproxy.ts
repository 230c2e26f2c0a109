import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import type { Balancing } from "../../transports/port/entry.ts";
import type { Endpoint } from "../../transports/port/transport.ts";
import { type BalancerSettings, nodesAt } from "./balancer.ts";
import { ask } from "./control.ts";
import { Engine, type EngineOptions, type Place } from "./engine.ts";
import { haproxyConfig } from "./haproxy-config.ts";
import { HAPROXY } from "./programs.ts";

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

const CONFIG = "haproxy.cfg";

/** HAProxy in front of nodes of one transport. Rejects as Engine.start() does. */
export async function startHaproxy({
  nodes,
  balancing = { mode: "tcp" },
  settings = {},
  ...options
}: BalancerOptions): Promise<Balancer> {
  const config = ({ port, control }: Place) =>
    haproxyConfig({
      listen: `127.0.0.1:${port}`,
      nodes: nodesAt(nodes.map(hostOf)),
      balancing,
      settings,
      control,
    });
  const engine = await Engine.start(
    {
      program: HAPROXY,
      files: (place) => ({ [CONFIG]: config(place) }),
      // In the foreground.
      args: ({ folder }) => ["-db", "-f", join(folder, CONFIG)],
      probe: showInfo,
    },
    options,
  );
  return { engine, endpoint: inPlaceOf(nodes, engine.place.port) };
}

async function showInfo(control: string): Promise<void> {
  const answer = await ask(control, "show info\n");
  if (!answer.startsWith("Name: HAProxy")) throw new LabError("unreachable", `it answers "${answer.trim()}"`);
}

export function hostOf({ url }: Endpoint): string {
  return new URL(url).host;
}

/** The endpoint of the first node, elsewhere: nodes of one transport differ in nothing else that a client sees. */
export function inPlaceOf([first]: readonly Endpoint[], port: number): Endpoint {
  if (!first) throw new LabError("malformed", "a balancer needs one node at least");
  return { ...first, url: first.url.replace(`//${hostOf(first)}`, `//127.0.0.1:${port}`) };
}
