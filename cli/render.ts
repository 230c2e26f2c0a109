import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { HtmlAssets } from "../reports/html/page.ts";
import type { TerminalOptions } from "../reports/terminal.ts";

/** How this process's stdout is to be written to. */
export function terminalOptions(): TerminalOptions {
  const color = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
  return { color, unicode: true, width: Math.max(80, process.stdout.columns ?? 80) };
}

/** What the pure renderers can't fetch themselves: the chart library's own text, and the hashes for the page's policy. */
export function htmlAssets(): HtmlAssets {
  const { resolve } = createRequire(import.meta.url);
  return {
    chartJs: readFileSync(join(dirname(resolve("chart.js")), "chart.umd.min.js"), "utf8"),
    sha256: (text) => createHash("sha256").update(text).digest("base64"),
  };
}
