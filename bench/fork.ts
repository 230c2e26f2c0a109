import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { estimateOf, medianOf } from "../harness/statistics/estimate.ts";

/** Starts a built module of the benchmarks as a process that ends with this one. */
export function start(module: string, base: string, execArgv: readonly string[] = []): ChildProcess {
  // ws is measured without the addons that other packages may bring along.
  const env = { ...process.env, WS_NO_BUFFER_UTIL: "1", WS_NO_UTF_8_VALIDATE: "1" };
  return fork(fileURLToPath(new URL(module, base)), [], { execArgv: [...execArgv], env });
}

/** The child's next message of that kind; rejects when it ends before. */
export function replyOf<M extends { readonly kind: string }, K extends M["kind"]>(
  child: ChildProcess,
  kind: K,
): Promise<Extract<M, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const done = () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
    };
    const onMessage = (message: Extract<M, { kind: K }>) => {
      if (message.kind !== kind) return;
      done();
      resolve(message);
    };
    const onExit = () => {
      done();
      reject(new Error(`a process ended before it said "${kind}"`));
    };
    child.on("message", onMessage);
    child.once("exit", onExit);
  });
}

/** The median and the middle half of ratios, as `1.02x [0.98-1.07]`. */
export function spread(values: readonly number[]): string {
  return `${median(values)} [${quantile(values, 0.25)}-${quantile(values, 0.75)}]`;
}

/** The medians of several processes together: their geometric mean and its interval of 95 %, as `1.021x (0.998-1.044)`. */
export function together(medians: readonly number[]): string {
  const { value, interval } = estimateOf(medians);
  const range = interval ? ` (${interval.low.toFixed(3)}-${interval.high.toFixed(3)})` : "";
  return `${value.toFixed(3)}x${range}`;
}

/** The median of ratios, as `1.02x`. */
export function median(values: readonly number[]): string {
  return `${medianOf(values).toFixed(2)}x`;
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
}
