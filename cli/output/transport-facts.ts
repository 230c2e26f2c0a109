import { transportBehind } from "../../harness/result/control-name.ts";
import type { Results } from "../../harness/result/result.ts";
import { findTransport } from "../../transports/registry.ts";

/** What the registry knows of these transports, for what has no facts of its own; a variant it has no more counts as its transport. */
export function knownFacts(names: readonly string[]): NonNullable<Results["transportFacts"]> {
  return Object.fromEntries(
    names.map(transportBehind).flatMap((name) => {
      const facts = (findTransport(name) ?? findTransport(name.replace(/:.*/, "")))?.facts;
      return facts ? [[name, facts]] : [];
    }),
  );
}
