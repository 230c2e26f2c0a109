import { endBy } from "./outset.ts";

/** Turns Ctrl-C and SIGTERM into an abort; a second one ends the process at once, with the code. */
export function onInterruption(code = 130): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals) => {
    // Children end by themselves when this process is gone.
    if (controller.signal.aborted) endBy(signal, code);
    controller.abort(new Error("interrupted"));
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", interrupt);
    },
  };
}
