import { parentPort, workerData } from "node:worker_threads";
import { nowUs } from "../measurement/clock.ts";
import { serveClock } from "../measurement/clock-offset.ts";

/** A clock that is ahead by the microseconds it was given, asked over TCP; tells its port and runs until it is ended. */
const skewUs: unknown = workerData;
if (typeof skewUs !== "number") throw new TypeError("a skewed clock needs its skew in microseconds");
const { port } = await serveClock(() => nowUs() + skewUs);
parentPort?.postMessage(port);
