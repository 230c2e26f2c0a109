import type { Results } from "../../harness/result/result.ts";
import { estimateOf, medianOf } from "../../harness/statistics/estimate.ts";
import { replicateOf } from "../model/summary.ts";
import { effect, quantity } from "./format.ts";
import { blockList } from "./sentences.ts";

/** A launch is dear when its server CPU per delivery is over so many times that of the transport's median launch. */
const TIMES = 2;
/** Of fewer, the median says nothing of a single one. */
const LEAST = 3;

/**
 * Launches, or blocks, in which a transport's server took over twice the CPU of its median one, with the figure with and without them: a launch of
 * one slice has no other second to be held against. Nothing is left out of the figure itself.
 */
export function dearLaunches(results: Results): string[] {
  const { transports, scenarios, trials } = results;
  return scenarios.flatMap(({ name }) =>
    transports.flatMap((transport) => {
      const own = trials.flatMap(({ block, state, metrics, ...trial }) => {
        const cpuUs = metrics?.serverCpuUsPerDelivery;
        const counts = trial.scenario === name && trial.transport === transport && state === "completed";
        return counts && cpuUs !== undefined && cpuUs > 0 ? [{ block, cpuUs }] : [];
      });
      if (own.length < LEAST) return [];
      const usual = medianOf(own.map(({ cpuUs }) => cpuUs));
      const dear = own.filter(({ cpuUs }) => cpuUs > TIMES * usual);
      if (dear.length === 0) return [];
      const replicate = replicateOf(results);
      const where = `${transport} in ${name}, ${blockList(
        dear.map(({ block }) => block + 1),
        replicate,
      )}`;
      const most = Math.max(...dear.map(({ cpuUs }) => cpuUs)) / usual;
      const mean = (some: typeof own) => quantity("micros", estimateOf(some.map(({ cpuUs }) => cpuUs)).value);
      const rest = own.filter((one) => !dear.includes(one));
      return [
        `${where}: up to ${effect(most)} the server CPU of its median ${replicate}; ${mean(own)} per delivery with it, ${mean(rest)} without.`,
      ];
    }),
  );
}
