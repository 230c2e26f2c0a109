import { inTheClear } from "../tls.ts";
import type { Transport } from "../transport.ts";
import type { Attack } from "./attack.ts";
import { commonAttacks } from "./common.ts";

/** The attacks that know a transport's protocol, by its family's name. */
const own: { readonly [family: string]: () => Promise<{ readonly attacks: readonly Attack[] }> } = {
  websocket: () => import("../websocket/attacks.ts"),
  tcp: () => import("../tcp/attacks.ts"),
  sse: () => import("../sse/attacks.ts"),
  "long-polling": () => import("../long-polling/attacks.ts"),
  mqtt: () => import("../mqtt/attacks.ts"),
};

/** All that is tried against a transport, by name. What needs bytes in the clear is left out over TLS. */
export async function attacksOn(transport: Transport): Promise<readonly Attack[]> {
  const [family = ""] = transport.name.split(":");
  const overTls = inTheClear(transport.name) !== undefined;
  const special = overTls ? [] : ((await own[family]?.())?.attacks ?? []);
  return [...commonAttacks(transport), ...special];
}
