import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../../core/errors.ts";
import { Engine, type Place } from "../../transports/engines/engine.ts";
import { NGINX, requireProgram } from "../../transports/engines/programs.ts";
import { type Balancer, type BalancerOptions, hostOf, inPlaceOf } from "./balancer-options.ts";
import { nodesAt } from "./balancer-plan.ts";
import { ask } from "./control.ts";
import { nginxConfig } from "./nginx-config.ts";

const CONFIG = "nginx.conf";

/** nginx in front of nodes of one transport, in one process. Rejects as Engine.start() does, and where it lacks the module that passes TCP on. */
export async function startNginx({
  nodes,
  balancing = { mode: "tcp" },
  settings = {},
  ...options
}: BalancerOptions): Promise<Balancer> {
  const loaded = balancing.mode === "tcp" ? streamModule() : undefined;
  const config = ({ port, control, folder }: Place) =>
    nginxConfig(
      {
        listen: `127.0.0.1:${port}`,
        nodes: nodesAt(nodes.map(hostOf)),
        balancing,
        settings,
        control,
      },
      { folder, streamModule: loaded },
    );
  const engine = await Engine.start(
    {
      program: NGINX,
      files: (place) => ({ [CONFIG]: config(place) }),
      // Else it first tries to write to the log of the system's own nginx.
      args: ({ folder }) => ["-e", "stderr", "-p", folder, "-c", join(folder, CONFIG)],
      probe: stubStatus,
    },
    options,
  );
  return { engine, endpoint: inPlaceOf(nodes, `127.0.0.1:${engine.place.port}`) };
}

async function stubStatus(control: string): Promise<void> {
  const answer = await ask(control, "GET / HTTP/1.0\r\n\r\n");
  if (!answer.includes("Active connections"))
    throw new LabError("unreachable", `it answers "${answer.split("\r\n")[0]}"`);
}

/** Why nginx can't stand before MQTT here, or undefined when it can; it must be installed. */
export function whyNoTcp(): string | undefined {
  try {
    streamModule();
    return undefined;
  } catch (error) {
    return LabError.from(error).message;
  }
}

/** The file of the module that passes TCP on, or undefined where it is built in. Throws `unsupported` where it is not installed. */
export function streamModule(): string | undefined {
  const { stderr } = spawnSync(requireProgram(NGINX), ["-V"], { encoding: "utf8" });
  if (/--with-stream(\s|$)/.test(stderr)) return undefined;
  const folder = /--modules-path=(\S+)/.exec(stderr)?.[1] ?? "";
  const file = join(folder, "ngx_stream_module.so");
  if (!existsSync(file))
    throw new LabError("unsupported", "nginx can't pass TCP on here: apt-get install libnginx-mod-stream");
  return file;
}
