import type { Claim } from "../../claims/claim.ts";
import { transportsOf } from "../../reports/claims/findings.ts";
import { findTransport } from "../../transports/registry.ts";

/** Why a transport is not here; undefined where it is. */
export type Lacking = (transport: string) => string | undefined;

/** The same of all transports that the claims speak of. */
export async function lackingFor(claims: readonly Claim[]): Promise<Lacking> {
  const measured = claims.flatMap(({ readings }) => readings.filter((one) => one.kind === "measured"));
  const names = [...new Set(measured.flatMap(transportsOf))];
  const reasons = await Promise.all(
    names.map(async (name) => {
      const transport = findTransport(name);
      return transport ? await transport.missing?.() : `no transport of that name here: ${name}`;
    }),
  );
  return (transport) => reasons[names.indexOf(transport)];
}
