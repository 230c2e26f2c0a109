import { isIPv6 } from "node:net";
import { isAbsolute, relative, resolve } from "node:path";
import type { ConfigFile } from "./config-file.ts";
import type { Setting } from "./settable.ts";

/** What a flag of that value would do to whoever merely stands in a folder; undefined where that is nothing. */
type Danger = (value: string) => string | undefined;

const RUNS: Danger = () => "runs code";
const OPENS: Danger = (value) => (isLoopback(value) ? undefined : "opens a port to other machines");
const WRITES: Danger = (value) => {
  const way = relative(process.cwd(), resolve(value));
  return way.startsWith("..") || isAbsolute(way) ? "writes outside of this folder" : undefined;
};
const REACHES: Danger = (value) => {
  // `redis`, `haproxy` and their likes are started here. Of some schemes the slashes may be left out.
  const hostname = URL.canParse(value) ? new URL(value).hostname : "";
  return hostname === "" || isLoopback(hostname) ? undefined : "connects to another machine";
};
const PERMITS: Danger = () => "changes what others are let do";

/**
 * By the flag's name. A file that is merely found may be anybody's, so only one that somebody named may ask for these. A test holds it to
 * every flag that takes an address, a program, a file or a folder.
 */
const DANGERS: ReadonlyMap<string, Danger> = new Map([
  ["transport-module", RUNS],
  ["against", RUNS],
  ["against-version", RUNS],
  ["browser", RUNS],
  ["host", OPENS],
  ["metrics-host", OPENS],
  ["agents-host", OPENS],
  ["serve", OPENS],
  ["file", WRITES],
  ["out", WRITES],
  ["nats", REACHES],
  ["target", REACHES],
  ["broker", REACHES],
  ["backplane", REACHES],
  ["balancer", REACHES],
  ["allow", PERMITS],
  ["limits", PERMITS],
  ["origins", PERMITS],
  ["trust-proxy", PERMITS],
]);

/** Why a file that was merely found may not set the flag to that; undefined where it may. */
export function dangerOf({ isNamed }: ConfigFile, { option, value }: Setting): string | undefined {
  if (isNamed) return undefined;
  const danger = DANGERS.get(option.name());
  // A switch has no value that could be dangerous.
  if (!danger || typeof value === "boolean") return undefined;
  return [value].flat().flatMap((one) => danger(one) ?? [])[0];
}

/** Whether anything is known of the flag. */
export function isWatched(name: string): boolean {
  return DANGERS.has(name);
}

function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (isIPv6(bare)) return bare === "::1";
  return bare === "localhost" || /^127(\.\d{1,3}){3}$/.test(bare);
}
