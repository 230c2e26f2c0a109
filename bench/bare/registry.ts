import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defaultTransports, transports } from "../../transports/registry.ts";
import type { BareTransport } from "./bare.ts";

/** Built or not, other modules are as this one is. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

/** Where the bare counterparts of a transport and its variants are: in the file of its name. */
function fileOf(transport: string): URL {
  return new URL(`./${transport.replace(/:.*/, "")}.${extension}`, import.meta.url);
}

/** The transports that the lab compares by default, and beside them those that go past their library; others are measured when named. */
export const bareTransports: readonly string[] = defaultTransports
  .filter(({ name }) => existsSync(fileURLToPath(fileOf(name))))
  .flatMap(({ name }) => [
    name,
    ...transports.map((one) => one.name).filter((variant) => variant === `${name}:raw`),
  ]);

/** A transport's bare counterpart, imported only when asked for, so that a process holds one library. */
export async function loadBare(transport: string): Promise<BareTransport> {
  const file = fileOf(transport);
  const exported: Readonly<Record<string, BareTransport>> = existsSync(fileURLToPath(file))
    ? await import(file.href)
    : {};
  const found = Object.values(exported).find((one) => one.transport === transport);
  if (!found) throw new Error(`no bare counterpart of ${transport}; bench/bare has them`);
  return found;
}
