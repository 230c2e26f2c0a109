import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { HtmlAssets } from "../../reports/html/document.ts";
import type { TerminalOptions } from "../../reports/terminal/terminal.ts";
import { builtClient } from "./built-client.ts";

/** How this process's stdout is to be written to. */
export function terminalOptions(): TerminalOptions {
  return styleOf(process.stdout);
}

/** What tables are made for. */
const WIDEST = 80;
/** Below this nothing is aligned any more. */
const NARROWEST = 40;

/** How to write to a stream: colour by NO_COLOR, FORCE_COLOR and the terminal, unicode by the locale, at most 80 columns. */
export function styleOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): TerminalOptions {
  const columns = stream.isTTY ? stream.columns || WIDEST : WIDEST;
  return {
    color: wantsColor(stream.isTTY === true, env),
    unicode: isUtf8(env, platform),
    width: Math.max(NARROWEST, Math.min(columns, WIDEST)),
  };
}

/** NO_COLOR wins, as https://no-color.org has it; an empty variable is none. */
function wantsColor(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && TERM !== "dumb";
}

/** Of the three variables the first that is set decides (POSIX 8.2); Windows has none of them, and UTF-8 in its terminals. */
function isUtf8(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale ? /utf-?8/i.test(locale) : platform === "win32";
}

/** What the pure renderers can't fetch themselves: the pages' scripts and styles, and the hashes for their policy. */
export function htmlAssets(): HtmlAssets {
  return {
    client: (page) => builtClient(`reports/html/client/${page}`),
    sha256: (text) => createHash("sha256").update(text).digest("base64"),
    deflate: (text) => deflateRawSync(text, { level: 9 }).toString("base64"),
  };
}
