import type { ServerInterval } from "../processes/messages.ts";
import { ANSWER_MS, type Server } from "./site.ts";
import type { TrialProcesses } from "./trial-processes.ts";

/** What the servers used by interval, all nodes together, where the same processes ran all the time; else nothing, rather than a part. */
export async function serverTimeline(
  processes: TrialProcesses,
  watched: readonly Server[],
): Promise<readonly ServerInterval[]> {
  const { cluster, server } = processes;
  const now = cluster?.servers ?? [server];
  if (now.length !== watched.length || now.some((one, index) => one !== watched[index])) return [];
  const all = await Promise.all(now.map((one) => one.ask({ kind: "watched" }, "timeline", ANSWER_MS)));
  const [first, ...others] = all.map(({ intervals }) => intervals);
  return (first ?? []).flatMap((interval, index) => {
    const rest = others.flatMap((intervals) => intervals[index] ?? []);
    return rest.length < others.length ? [] : [rest.reduce(addIntervals, interval)];
  });
}

function addIntervals(a: ServerInterval, b: ServerInterval): ServerInterval {
  return {
    cpuUserUs: a.cpuUserUs + b.cpuUserUs,
    cpuSystemUs: a.cpuSystemUs + b.cpuSystemUs,
    rssBytes: a.rssBytes + b.rssBytes,
    ...(a.loopUtilization === undefined || b.loopUtilization === undefined
      ? {}
      : { loopUtilization: Math.max(a.loopUtilization, b.loopUtilization) }),
  };
}
