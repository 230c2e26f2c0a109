import { LabError } from "../../core/errors.ts";

/**
 * The child's side of the channel: answers each request with what `handle` returns. A request that fails is answered with
 * `failed`. The process ends when the orchestrator lets go of the channel or dies, after `cleanUp`; Ctrl-C is the
 * orchestrator's to handle, so SIGINT is ignored here. Returns what ends it with a reason that the orchestrator is told.
 */
export function answerRequests<Request>(
  handle: (request: Request) => Promise<{ readonly kind: string }>,
  cleanUp: () => Promise<void>,
): (reason: unknown) => void {
  const send = (reply: object) => {
    if (process.connected) process.send?.(reply, undefined, {}, () => undefined);
  };
  process.on("SIGINT", () => undefined);
  process.on("message", (request: Request) => {
    handle(request).then(send, (error: unknown) =>
      send({ kind: "failed", reason: LabError.from(error).message }),
    );
  });
  const end = (code: number) => {
    // Whatever hangs in a clean-up must not keep the process alive.
    setTimeout(() => process.exit(1), 2_000).unref();
    cleanUp().then(
      () => process.exit(code),
      () => process.exit(1),
    );
  };
  // It may have gone while this process was loading.
  if (process.connected) process.once("disconnect", () => end(0));
  else end(0);
  return (reason) => {
    process.stderr.write(`Error: ${LabError.from(reason).message}\n`);
    end(1);
  };
}
