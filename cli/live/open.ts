import { LabError } from "../../core/errors.ts";
import { CliFailure } from "../process/failure.ts";
import type { LiveView } from "./server.ts";

/** The live view where it is asked for, its address told on stderr, so that stdout stays what scripts expect. */
export async function openLiveView(
  flags: { readonly live?: boolean },
  command: string,
  transports: readonly string[],
): Promise<LiveView | undefined> {
  if (!flags.live) return undefined;
  // Loaded only now: a run without it holds none of its libraries.
  const { startLiveView } = await import("./server.ts");
  try {
    const view = await startLiveView(command, transports);
    process.stderr.write(`Live view  ${view.url}\n`);
    return view;
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}
