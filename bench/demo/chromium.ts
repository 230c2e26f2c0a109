import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

/** Starts the Chromium of NOTIF_LAB_CHROMIUM, or the one of the npm package, from the project's folder; `close` leaves nothing of it. */
export async function startChromium(): Promise<{ readonly browser: Browser; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-bench-demo-"));
  const own = process.env.NOTIF_LAB_CHROMIUM;
  const path = own ?? (await unpack(folder));
  const env = {
    LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
    FONTCONFIG_PATH: join(folder, "fonts"),
  };
  const browser = await chromium.launch({
    executablePath: path,
    env: { ...process.env, TMPDIR: folder, ...(own === undefined ? env : {}) },
    args: ["--enable-precise-memory-info", "--js-flags=--expose-gc"],
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function unpack(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/unpack-chromium.mjs", folder]);
  return stdout;
}
