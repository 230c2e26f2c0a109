import { resolve } from "node:path";
import { writeNew, writeWhole } from "../output/whole-file.ts";
import { EXAMPLE_SCENARIO } from "../own/example-scenario.ts";
import { systemReason, usage } from "../process/failure.ts";

/** Writes a commented scenario file to start from; never over another file unless forced. */
export async function init(file: string, force: boolean): Promise<void> {
  try {
    await (force ? writeWhole : writeNew)(resolve(file), EXAMPLE_SCENARIO);
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw usage(
      there
        ? `${file} already exists; name another file, or overwrite it with --force`
        : `can't write ${file}: ${systemReason(error)}`,
      error,
    );
  }
  process.stdout.write(`${file} is written. Run it with: notif-lab bench --scenario-file ${file}\n`);
}
