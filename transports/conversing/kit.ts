import type { TransportEntry } from "../port/entry.ts";
import { conversing } from "./conversing.ts";

/** What the function that a module of one's own exports is given, so that it need not import the lab. */
export interface Kit {
  readonly conversing: typeof conversing;
}

/** The function that a module may export in place of a transport. */
export type TransportFactory = (kit: Kit) => TransportEntry | Promise<TransportEntry>;

const kit: Kit = { conversing };

/** What a module's export is, or what its function makes of the kit, unchecked. Rejects with whatever that throws. */
export async function unwrapExport(exported: unknown): Promise<unknown> {
  return typeof exported === "function" ? await exported(kit) : exported;
}
