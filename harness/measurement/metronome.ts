import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { builtModule } from "../../transports/engines/built-module.ts";
import { hostMomentOf } from "./clock.ts";

/** Wakes whoever has it at one moment after the other; a new moment takes the place of the last. */
export interface Alarm {
  /** In microseconds of the clock. */
  set(momentUs: number): void;
  /** Settles when nothing of it is left. Idempotent. */
  stop(): Promise<void>;
}

/** An alarm that is a thread, which sleeps until the moment; settles when it stands. */
export async function startMetronome(wake: () => void): Promise<Alarm> {
  const memory = new SharedArrayBuffer(16);
  const turn = new Int32Array(memory, 0, 1);
  const moment = new Float64Array(memory, 8, 1);
  const thread = new Worker(builtModule("harness/measurement/metronome-thread"), { workerData: memory });
  thread.on("message", wake);
  await once(thread, "online");
  const give = (hostMomentUs: number) => {
    moment[0] = hostMomentUs;
    Atomics.add(turn, 0, 1);
    Atomics.notify(turn, 0);
  };
  return {
    // The thread knows the host's own clock alone.
    set: (momentUs) => give(hostMomentOf(momentUs)),
    stop: async () => {
      give(-1);
      await thread.terminate();
    },
  };
}
