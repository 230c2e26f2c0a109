import { LabError } from "../../core/errors.ts";
import { unwrapExport } from "../../transports/conversing/kit.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { external } from "../../transports/port/external.ts";
import { inTheClear, overTls } from "../../transports/port/tls.ts";
import { findTransport } from "../../transports/registry.ts";
import type { OtherRuntime } from "../processes/runtimes.ts";
import { transportBehind } from "../result/control-name.ts";

/**
 * Which transport a process is to run: one of the registry by its name, or one that a module exports, or makes of the kit: its
 * default, its `transport`, or one of its list `transports`. `websocket#2` is websocket once more, under a name of its own, to
 * hold a transport against itself.
 */
export interface TransportRef {
  readonly name: string;
  /** A file URL; its fragment may say where a service of it runs already, see `atTarget`. */
  readonly module?: string;
  /** The folder of another build of notif-lab, whose processes run it; the name then ends in `@` and that build's label. */
  readonly build?: string;
  /** Of one that an agent has installed itself: what its files are there and here. */
  readonly filesHash?: string;
  /** What runs its server processes, where that is not Node.js. */
  readonly runtime?: OtherRuntime;
}

/** The transport as a process of another build knows it. */
export function asKnownToItsBuild({ name, module, build, runtime }: TransportRef): TransportRef {
  return {
    ...(runtime === undefined ? {} : { runtime }),
    name: build === undefined ? name : name.replace(/@[^@]*$/, ""),
    ...(module === undefined ? {} : { module }),
  };
}

/** Another runtime's sockets are not Node.js's either, in whatever process one asks. */
export async function loadTransport({ name, module, runtime }: TransportRef): Promise<TransportEntry> {
  const known = transportBehind(name);
  const found = module === undefined ? findTransport(known) : await ownTransport(module, known);
  if (!found)
    throw new LabError("internal", `there is no transport ${known}${module ? ` in ${module}` : ""}`);
  return runtime === undefined ? found : { ...found, native: true };
}

/** The module's URL as that of a client of the service there. */
export function atTarget(module: string, target: string): string {
  const url = new URL(module);
  url.hash = encodeURIComponent(target);
  return url.href;
}

async function ownTransport(module: string, name: string): Promise<TransportEntry | undefined> {
  const url = new URL(module);
  const target = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  const clear = inTheClear(name);
  const found = await fromModule(url.href, clear ?? name);
  if (found && target !== "") return external(found, target);
  return found && clear !== undefined ? overTls(found) : found;
}

async function fromModule(module: string, name: string): Promise<TransportEntry | undefined> {
  const exported: {
    readonly default?: unknown;
    readonly transport?: unknown;
    readonly transports?: readonly unknown[];
  } = await import(module);
  // One after the other, as when the module was checked: a function behind the right one is not called.
  for (const one of [exported.default, exported.transport, ...(exported.transports ?? [])]) {
    const found = (await unwrapExport(one)) as TransportEntry | undefined;
    if (found?.name === name) return found;
  }
  return undefined;
}
