import { readFileSync } from "node:fs";
import type { Client } from "../../reports/html/document.ts";

/**
 * A page's part in the browser, always as `npm run build` bundled it, also when this side is TypeScript under a test runner. `path` is
 * the entry's from the package's root, without its ending.
 */
export function builtClient(path: string): Client {
  const root = import.meta.url.endsWith(".ts") ? "../../dist/" : "../../";
  const read = (ending: string) => readFileSync(new URL(`${root}${path}.${ending}`, import.meta.url), "utf8");
  return { script: read("js"), style: read("css") };
}
