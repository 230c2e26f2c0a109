import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Grammar } from "./input.ts";

/** Built or not, the modules beside this one are as this one is. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

/** The grammar in `fuzz.ts` of the transport's folder; undefined for a transport that has none, as one's own has. */
export async function grammarOf(transport: string): Promise<Grammar | undefined> {
  const folder = transport.split(":")[0] ?? "";
  if (!/^[a-z0-9-]+$/.test(folder)) return undefined;
  const file = new URL(`../../${folder}/fuzz.${extension}`, import.meta.url);
  if (!existsSync(fileURLToPath(file))) return undefined;
  const module: { readonly grammar: Grammar } = await import(file.href);
  return module.grammar;
}
