import { performance } from "node:perf_hooks";
import { nowUs } from "../measurement/clock.ts";
import type { OtherProcess } from "../measurement/other-process.ts";
import type { ServerInterval } from "./messages.ts";

interface Watch {
  readonly epochUs: number;
  readonly widthMs: number;
  readonly intervals: number;
  /** Whether the runtime can tell how busy its event loop is as Node.js does. */
  readonly tellsLoop: boolean;
}

/**
 * Samples this process, and what serves beside it, at the end of every interval from the epoch on, as nearly as a timer hits it. stop() adds the interval that
 * is under way and returns all.
 */
export function watchProcess(
  { epochUs, widthMs, intervals, tellsLoop }: Watch,
  readBeside: () => OtherProcess,
): { stop(): readonly ServerInterval[] } {
  const taken: ServerInterval[] = [];
  let timer: NodeJS.Timeout | undefined;
  let cpu = process.cpuUsage();
  let loop = tellsLoop ? performance.eventLoopUtilization() : undefined;
  let beside = readBeside();
  const take = () => {
    const used = process.cpuUsage(cpu);
    const besideBefore = beside;
    beside = readBeside();
    const turned = loop && performance.eventLoopUtilization(loop);
    cpu = process.cpuUsage();
    loop &&= performance.eventLoopUtilization();
    taken.push({
      cpuUserUs: used.user + Math.round(beside.cpuUserUs - besideBefore.cpuUserUs),
      cpuSystemUs: used.system + Math.round(beside.cpuSystemUs - besideBefore.cpuSystemUs),
      rssBytes: process.memoryUsage.rss() + beside.rssBytes,
      ...(turned && { loopUtilization: turned.utilization }),
    });
  };
  const plan = () => {
    if (taken.length >= intervals) return;
    const dueUs = epochUs + (taken.length + 1) * widthMs * 1_000;
    timer = setTimeout(
      () => {
        take();
        plan();
      },
      Math.max(0, (dueUs - nowUs()) / 1_000),
    );
    timer.unref();
  };
  timer = setTimeout(
    () => {
      cpu = process.cpuUsage();
      loop &&= performance.eventLoopUtilization();
      beside = readBeside();
      plan();
    },
    Math.max(0, (epochUs - nowUs()) / 1_000),
  );
  timer.unref();
  return {
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      if (taken.length < intervals) take();
      return taken;
    },
  };
}
