import { inTheClear } from "../port/tls.ts";
import type { Transport } from "../port/transport.ts";
import type { Attack, OwnAttacks } from "./attack.ts";
import { moduleBeside } from "./beside.ts";
import { commonAttacks } from "./common.ts";
import { tlsAttacks } from "./on-tls.ts";

/** All that is tried against a transport, by name. What needs bytes in the clear is left out over TLS, which has attacks of its own. */
export async function attacksOn(transport: Transport): Promise<readonly Attack[]> {
  const { name } = transport;
  const special = inTheClear(name) === undefined ? await ownAttacks(name) : tlsAttacks;
  return [...commonAttacks(transport), ...special];
}

/** Those that know the protocol, in `attacks.ts` of the transport's folder; none for a transport that has none there. */
async function ownAttacks(name: string): Promise<readonly Attack[]> {
  const file = moduleBeside(name, "attacks");
  if (file === undefined) return [];
  const { attacks }: { readonly attacks: OwnAttacks } = await import(file);
  return typeof attacks === "function" ? attacks(name.split(":")[1]) : attacks;
}
