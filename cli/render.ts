import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The chart library's own text, which the HTML report carries with it. */
export function chartLibrary(): string {
  const { resolve } = createRequire(import.meta.url);
  return readFileSync(join(dirname(resolve("chart.js")), "chart.umd.min.js"), "utf8");
}
