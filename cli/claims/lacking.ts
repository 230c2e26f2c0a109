import type { Claim } from "../../claims/claim.ts";
import { transportsOf } from "../../reports/claims/findings.ts";
import { findTransport } from "../../transports/registry.ts";

/** Why a transport is not here; undefined where it is. */
export type Lacking = (transport: string) => string | undefined;

/** Why there is no such transport; undefined where there is, though what it needs may be missing. */
export function unknownHere(transport: string): string | undefined {
  return findTransport(transport) ? undefined : `no transport of that name here: ${transport}`;
}

/** Why transports are not here, of all that the claims speak of. */
export async function lackingFor(claims: readonly Claim[]): Promise<Lacking> {
  const measured = claims.flatMap(({ readings }) => readings.filter((one) => one.kind === "measured"));
  const names = [...new Set(measured.flatMap(transportsOf))];
  const reasons = await Promise.all(
    names.map(async (name) => unknownHere(name) ?? (await findTransport(name)?.missing?.())),
  );
  return (transport) => reasons[names.indexOf(transport)];
}
