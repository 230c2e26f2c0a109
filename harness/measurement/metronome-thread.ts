import { parentPort, workerData } from "node:worker_threads";
import { hostUs } from "./clock.ts";

/*
 * A thread that sleeps until the moment it was given and then says so. A blocking wait wakes within some tens of microseconds;
 * a timer of the event loop has whole milliseconds only. Layout of the shared memory: a turn counter (int32) at 0, the moment in
 * microseconds of the host's own clock (float64) at 8; a negative moment ends the thread.
 */
if (!(workerData instanceof SharedArrayBuffer)) throw new TypeError("a metronome needs shared memory");
const turn = new Int32Array(workerData, 0, 1);
const moment = new Float64Array(workerData, 8, 1);
let seen = 0;
for (;;) {
  Atomics.wait(turn, 0, seen);
  seen = Atomics.load(turn, 0);
  const dueUs = moment[0] ?? -1;
  if (dueUs < 0) break;
  let aheadUs = dueUs - hostUs();
  // A wait may also end because the waker of this very turn was slow to notify: only a new turn ends it early.
  while (aheadUs > 0 && Atomics.load(turn, 0) === seen) {
    Atomics.wait(turn, 0, seen, aheadUs / 1_000);
    aheadUs = dueUs - hostUs();
  }
  if (aheadUs <= 0) parentPort?.postMessage(seen);
}
