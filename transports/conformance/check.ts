import type { Transport } from "../port/transport.ts";
import { type Bench, type BenchOptions, openBench } from "./bench.ts";

/** One thing every transport must do. Rejects when it does not. */
export interface Check {
  readonly name: string;
  /** True for the quick checks that the harness runs before it measures a transport. */
  readonly short: boolean;
  /** True when it needs a socket to cut, stall or write garbage to. */
  readonly network: boolean;
  /** True when most of its time is waiting, for seconds: such checks run side by side, and for a variant in the full set alone. */
  readonly patient: boolean;
  run(transport: Transport): Promise<void>;
}

interface CheckOptions extends BenchOptions {
  readonly short?: boolean;
  readonly network?: boolean;
  readonly patient?: boolean;
}

/** A check on one server of its own, closed afterwards whatever happened. */
export function check(
  name: string,
  options: CheckOptions,
  body: (bench: Bench, transport: Transport) => Promise<void>,
): Check {
  const { short = false, network = false, patient = false, ...benchOptions } = options;
  return {
    name,
    short,
    network,
    patient,
    run: async (transport) => {
      const bench = await openBench(transport, benchOptions);
      try {
        await body(bench, transport);
      } finally {
        await bench.close();
      }
    },
  };
}
