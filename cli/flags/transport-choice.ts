import type { TransportEntry } from "../../transports/port/entry.ts";
import { inTheClear, overTls } from "../../transports/port/tls.ts";
import { furtherVariant } from "../../transports/registry.ts";
import { usage } from "../process/failure.ts";
import { parseChoice, parseChoices } from "./choices.ts";

/** `a, b` or `all` as transports in the order given, some perhaps twice; each may be followed by `:tls`. */
export function chooseTransports(text: string, known: readonly TransportEntry[]): TransportEntry[] {
  const names = text.split(",").map((name) => name.trim());
  if (!names.some((name) => inTheClear(name) !== undefined))
    return parseChoices("transport", text, withFurther(names, known), { repeated: true });
  return names.filter((name) => name !== "").map((name) => chooseTransport(name, known));
}

/** The known ones, and those of the names that are too many to be listed. */
export function withFurther(
  names: readonly string[],
  known: readonly TransportEntry[],
): readonly TransportEntry[] {
  return [...known, ...names.flatMap((name) => furtherVariant(name) ?? [])];
}

/** One transport by its name, over TLS if the name says so. */
export function chooseTransport(name: string, known: readonly TransportEntry[]): TransportEntry {
  const clear = inTheClear(name);
  const plain = clear ?? name;
  const found = parseChoice("transport", plain, withFurther([plain], known));
  if (clear === undefined) return found;
  if (!found.supports.network)
    throw usage(`${clear} has no network, so there is nothing to encrypt; leave out :tls`);
  return securely(found);
}

/** The same over TLS; refused where it is not there so. */
export function securely(transport: TransportEntry): TransportEntry {
  const { name, clearOnly } = transport;
  if (clearOnly !== undefined) throw usage(`${name} ${clearOnly}; name it without :tls and --tls`);
  return overTls(transport);
}
