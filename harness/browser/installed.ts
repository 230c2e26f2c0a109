import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** What Chromium is called where it is installed. */
export const BROWSER_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The system's Chromium or Chrome, by the folders of `path` (as PATH lists them); the first name wins. Undefined where there is none. */
export function installedBrowser(path = process.env.PATH ?? ""): string | undefined {
  const folders = path.split(delimiter).filter((one) => one !== "");
  return BROWSER_NAMES.flatMap((name) => folders.map((one) => join(one, name))).find(isProgram);
}

/** Whether a file is there that can be started. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
