import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { installedBrowser, isProgram } from "../../harness/browser/installed.ts";

/** A Chromium that can be started, with what its process needs in its environment. */
export interface Chromium {
  readonly path: string;
  readonly origin: string;
  readonly env: Readonly<Record<string, string>>;
}

const UNPACK = fileURLToPath(new URL("../../scripts/unpack-chromium.mjs", import.meta.url));

/** What to do where no browser is to be had; ends every message about it. */
export const HOW_TO_GET_ONE =
  "install one (Debian: apt-get install chromium) or set NOTIF_LAB_CHROMIUM to its path";

/**
 * The Chromium of NOTIF_LAB_CHROMIUM, else one of the system's, else the one of the npm package, unpacked into `folder`.
 * NOTIF_LAB_CHROMIUM=npm asks for the package's own, whatever the system has.
 */
export async function findChromium(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Chromium> {
  const wish = env.NOTIF_LAB_CHROMIUM;
  if (wish === "npm") return npmChromium(folder);
  if (wish !== undefined) {
    if (isProgram(wish)) return { path: wish, origin: "NOTIF_LAB_CHROMIUM", env: {} };
    throw new Error(`NOTIF_LAB_CHROMIUM is "${wish}", which is no program; give a Chromium's path, or "npm"`);
  }
  const path = installedBrowser(env.PATH ?? "");
  return path ? { path, origin: "the system's", env: {} } : npmChromium(folder);
}

/** The package holds a binary for Linux on x64 with all libraries but the C library's, and one font. */
async function npmChromium(folder: string): Promise<Chromium> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `no Chromium found, and the npm package has none for ${process.platform} ${process.arch}; ${HOW_TO_GET_ONE}`,
    );
  const { stdout: path } = await promisify(execFile)(process.execPath, [UNPACK, folder]);
  const env = {
    LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
    FONTCONFIG_PATH: join(folder, "fonts"),
  };
  return { path, origin: "the npm package @sparticuz/chromium", env };
}
