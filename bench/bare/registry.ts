import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { transports, wires } from "../../transports/registry.ts";
import type { BareWire } from "./bare.ts";

/** Built or not, other modules are as this one is. */
const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";

/** Where the bare counterparts of a transport and its variants are: in the file of its name. */
function fileOf(wire: string): URL {
  return new URL(`./${wire.replace(/:.*/, "")}.${extension}`, import.meta.url);
}

/** The transports that the lab compares by default, and beside them those that go past their library; others are measured when named. */
export const bareWires: readonly string[] = wires
  .filter(({ name }) => existsSync(fileURLToPath(fileOf(name))))
  .flatMap(({ name }) => [
    name,
    ...transports.map((one) => one.name).filter((variant) => variant === `${name}:raw`),
  ]);

/** A transport's bare counterpart, imported only when asked for, so that a process holds one library. */
export async function loadBare(wire: string): Promise<BareWire> {
  const file = fileOf(wire);
  const exported: Readonly<Record<string, BareWire>> = existsSync(fileURLToPath(file))
    ? await import(file.href)
    : {};
  const found = Object.values(exported).find((one) => one.wire === wire);
  if (!found) throw new Error(`no bare counterpart of ${wire}; bench/bare has them`);
  return found;
}
