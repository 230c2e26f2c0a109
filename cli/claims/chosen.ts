import type { Claim } from "../../claims/claim.ts";
import { claims as all } from "../../claims/registry.ts";
import type { ClaimsFlags } from "../commands/claims.ts";
import { parseChoice } from "../flags/choices.ts";
import { usage } from "../process/failure.ts";

/** The claims that are named, in the registry's order; a quick run without names tries all. */
export function chosen(
  names: readonly string[],
  { all: every, quick }: Pick<ClaimsFlags, "all" | "quick">,
  what: "run" | "show",
): readonly Claim[] {
  if (every && names.length > 0) throw usage("--all names every claim; leave out the names or --all");
  if (every || (what === "run" && quick && names.length === 0)) return all;
  const given = names.flatMap((one) => one.split(",").map((name) => name.trim())).filter((one) => one !== "");
  if (given.length === 0)
    throw usage(`name the claims to ${what}, or give --all; "notif-lab claims" lists them`);
  const known = all.map((claim) => ({ name: claim.id, claim }));
  const found = given.map((one) => parseChoice("claim", one, known, '"notif-lab claims" lists them').claim);
  return all.filter((claim) => found.includes(claim));
}
