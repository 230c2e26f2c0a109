import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { Engine, type Place } from "../../transports/engines/engine.ts";
import { HAPROXY } from "../../transports/engines/programs.ts";
import { type Balancer, type BalancerOptions, hostOf, inPlaceOf } from "./balancer-options.ts";
import { nodesAt } from "./balancer-plan.ts";
import { ask } from "./control.ts";
import { haproxyConfig } from "./haproxy-config.ts";

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
      // The same figures in each run, beside nodes that have a processor each.
      threads: 1,
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
  return { engine, endpoint: inPlaceOf(nodes, `127.0.0.1:${engine.place.port}`) };
}

async function showInfo(control: string): Promise<void> {
  const answer = await ask(control, "show info\n");
  if (!answer.startsWith("Name: HAProxy")) throw new LabError("unreachable", `it answers "${answer.trim()}"`);
}
