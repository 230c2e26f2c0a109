import { type Bench, openBench, until } from "../conformance/bench.ts";
import type { Transport } from "../port/transport.ts";

/** Requests that are sent at once. */
export const MANY = 40;

/** Numbers the turns of the event loop until it is told to stop. */
function countTurns() {
  let turn = 0;
  let counting = true;
  const next = () => {
    turn += 1;
    if (counting) setImmediate(next);
  };
  setImmediate(next);
  const stop = () => {
    counting = false;
  };
  return { now: () => turn, stop };
}

/** In which turns of the event loop the service gets the requests that come in one read. */
export async function turnsOf(
  transport: Transport,
  send: (bench: Bench) => Promise<void>,
): Promise<number[]> {
  const bench = await openBench(transport);
  const { hub } = bench;
  const publish = hub.publish.bind(hub);
  const turns = countTurns();
  const taken: number[] = [];
  hub.publish = (...request) => {
    taken.push(turns.now());
    return publish(...request);
  };
  await send(bench);
  await until("all are taken", () => taken.length === MANY);
  turns.stop();
  await bench.close();
  return taken;
}
