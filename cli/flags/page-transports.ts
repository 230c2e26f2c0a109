import { pageTransports } from "../../transports/browser.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport } from "../../transports/registry.ts";
import { parseChoices } from "./choices.ts";

/** Transports that pages can speak, by their names; another one fails with the nearest of them. */
export function choosePageTransports(text: string): TransportEntry[] {
  const names = Object.keys(pageTransports);
  const known = names.flatMap((name) => findTransport(name) ?? []);
  return parseChoices("transport of pages", text, known, { hint: `pages speak ${names.join(", ")}` });
}
