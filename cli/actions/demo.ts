import { LabError } from "../../core/errors.ts";
import { installSafetyNet } from "../../transports/limits/safety-net.ts";
import type { DemoFlags } from "../commands/demo.ts";
import { type Demo, startDemo } from "../demo/demo.ts";
import { parseNumber } from "../flags/choices.ts";
import { CliFailure } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";

/** How long an orderly end may take before the process ends anyway. */
const CLOSE_MS = 1_500;

/** Shows the demo until SIGINT or SIGTERM, then ends with exit code 0. */
export async function demo(flags: DemoFlags): Promise<void> {
  const port = parseNumber("--port", flags.port ?? "0", { min: 0, max: 65_535, integer: true });
  const interruption = onInterruption(0);
  const removeNet = installSafetyNet((error) => tellInternal(error, flags));
  const running = await start(port, flags);
  process.stdout.write(flags.json ? asJson(running) : asText(running));
  await new Promise<void>((done) => {
    if (interruption.signal.aborted) done();
    interruption.signal.addEventListener("abort", () => done(), { once: true });
  });
  // A page that does not answer must not keep the demo from ending.
  const impatient = setTimeout(() => process.exit(0), CLOSE_MS);
  await running.close();
  clearTimeout(impatient);
  removeNet();
  interruption.dispose();
  process.exit(0);
}

async function start(port: number, flags: DemoFlags): Promise<Demo> {
  try {
    return await startDemo({ port, onInternalError: (error) => tellInternal(error, flags) });
  } catch (error) {
    throw new CliFailure(1, LabError.from(error).message, { cause: error });
  }
}

function asText({ url, columns }: Demo): string {
  const names = columns.map(({ name }) => name).join(", ");
  return `demo of ${names}\nopen ${url} in a browser; Ctrl-C ends it\n`;
}

function asJson({ url, columns }: Demo): string {
  const endpoints = columns.map(({ name, url: endpoint }) => ({ transport: name, endpoint }));
  return `${JSON.stringify({ url, endpoints })}\n`;
}

function tellInternal(error: unknown, flags: { readonly debug?: boolean }): void {
  const text =
    flags.debug && error instanceof Error ? (error.stack ?? error.message) : LabError.from(error).message;
  process.stderr.write(`notif-lab: internal error: ${text}\n`);
}
