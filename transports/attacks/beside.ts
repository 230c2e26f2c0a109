import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Built or not, other modules are as this one is. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

/**
 * Where to import a module from that stands in a transport's folder, by its name without an extension, so that nobody need list which
 * folders have one. Undefined where there is none, as for a transport of one's own.
 */
export function moduleBeside(transport: string, name: string): string | undefined {
  const folder = transport.split(":")[0] ?? "";
  if (!/^[a-z0-9-]+$/.test(folder)) return undefined;
  const file = new URL(`../${folder}/${name}.${extension}`, import.meta.url);
  return existsSync(fileURLToPath(file)) ? file.href : undefined;
}
