import { moduleBeside } from "../../attacks/beside.ts";
import type { Grammar } from "./input.ts";

/** The grammar in `fuzz.ts` of the transport's folder; undefined for a transport that has none, as one's own has. */
export async function grammarOf(transport: string): Promise<Grammar | undefined> {
  const file = moduleBeside(transport, "fuzz");
  if (file === undefined) return undefined;
  const module: { readonly grammar: Grammar } = await import(file);
  return module.grammar;
}
