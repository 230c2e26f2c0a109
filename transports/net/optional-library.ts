import { LabError } from "../../core/errors.ts";

/** What `load` imports. Rejects with `unsupported` and the command that installs `packages` where they are not there. */
export async function needed<T>(load: () => Promise<T>, who: string, packages: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") throw error;
    throw new LabError("unsupported", `${who} needs more packages: npm install ${packages}`, {
      cause: error,
    });
  }
}
