import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * What runs find of transports before they measure is kept in a folder of this test run: it is found once, whatever earlier runs have kept,
 * and the user's own folder stays as it is.
 */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "notif-lab-cache-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  process.env.XDG_CACHE_HOME = folder;
  return () => {
    remove();
    process.off("exit", remove);
  };
}
