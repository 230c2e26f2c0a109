import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear, overTls } from "../../transports/port/tls.ts";
import { furtherVariant } from "../../transports/registry.ts";
import { usage } from "../process/failure.ts";
import { parseChoice, parseChoices } from "./choices.ts";

/** `a, b` or `all` as transports in the order given, some perhaps twice; each may be followed by `:tls`. */
export function chooseTransports(text: string, known: readonly TransportEntry[]): TransportEntry[] {
  const names = text.split(",").map((name) => name.trim());
  const isPlain = (name: string) => inTheClear(name) === undefined && furtherVariant(name) === undefined;
  if (names.every(isPlain)) return parseChoices("transport", text, known, { repeated: true });
  return names.filter((name) => name !== "").map((name) => chooseTransport(name, known));
}

/** One transport by its name, over TLS if the name says so. */
export function chooseTransport(name: string, known: readonly TransportEntry[]): TransportEntry {
  const clear = inTheClear(name);
  const found = furtherVariant(clear ?? name) ?? parseChoice("transport", clear ?? name, known);
  if (clear === undefined) return found;
  if (!found.supports.network)
    throw usage(`${clear} has no network, so there is nothing to encrypt; leave out :tls`);
  return overTls(found);
}
