import { mergeLatencies } from "../measurement/histogram.ts";
import { present } from "../result/present.ts";
import type { Latency, Metrics } from "../result/result.ts";
import { mergeSplits } from "../tracing/split.ts";
import type { LaunchWarmUp } from "./warming.ts";

type Process = Metrics["processes"][number];

/**
 * The figures of a launch from those of its slices: counts and CPU time added up, histograms merged, shares weighted by time. Neither a
 * quantile nor a ratio is averaged, but for `sliced`, which is what verdicts rest on: the mean over slices of the logarithms.
 */
export function mergeSlices(slices: readonly Metrics[], warmUp: LaunchWarmUp): Metrics {
  const [first] = slices;
  const last = slices.at(-1);
  if (!first || !last) throw new RangeError("a launch without a slice has no figures");
  const sum = (of: (slice: Metrics) => number) => slices.reduce((total, slice) => total + of(slice), 0);
  const seconds = sum((slice) => slice.measuredSeconds);
  const weighted = (of: (slice: Metrics) => number) =>
    sum((slice) => of(slice) * slice.measuredSeconds) / seconds;
  const delivered = sum((slice) => slice.delivered);
  const expected = sum((slice) => slice.expected);
  /** The total of something that slices tell by the delivery, by the delivery again. */
  const perDelivery = (of: (slice: Metrics) => number | undefined) => {
    const counted = slices.filter((slice) => slice.delivered > 0);
    const values = counted.map(of);
    if (counted.length === 0 || values.includes(undefined)) return undefined;
    return (
      counted.reduce((total, slice, index) => total + (values[index] ?? 0) * slice.delivered, 0) / delivered
    );
  };
  const latency = (of: (slice: Metrics) => Latency | undefined) => {
    const parts = slices.flatMap((slice) => of(slice) ?? []);
    return mergeLatencies(
      parts,
      parts.reduce((total, part) => total + part.publishes, 0),
    );
  };
  const pressure = (of: (host: Metrics["host"]) => number | undefined) =>
    slices.every(({ host }) => of(host) !== undefined) ? weighted(({ host }) => of(host) ?? 0) : undefined;
  return {
    ...withFigures(last, {
      deliveryLatencyUs: latency((slice) => slice.deliveryLatencyUs),
      serviceLatencyUs: latency((slice) => slice.serviceLatencyUs),
      publishLatencyUs: latency((slice) => slice.publishLatencyUs),
      receiptLatencyUs: latency((slice) => slice.receiptLatencyUs),
      sendLagUs: latency((slice) => slice.sendLagUs),
      serverCpuUsPerDelivery: perDelivery((slice) => slice.serverCpuUsPerDelivery),
      serverCpuUserUsPerDelivery: perDelivery((slice) => slice.serverCpuUserUsPerDelivery),
      serverCpuSystemUsPerDelivery: perDelivery((slice) => slice.serverCpuSystemUsPerDelivery),
      tcpBytesPerDelivery: perDelivery((slice) => slice.tcpBytesPerDelivery),
      tcpBytesInPerDelivery: perDelivery((slice) => slice.tcpBytesInPerDelivery),
      tcpBytesOutPerDelivery: perDelivery((slice) => slice.tcpBytesOutPerDelivery),
      drained: mergeDrained(slices.flatMap(({ drained }) => drained ?? [])),
      split: mergeSplits(slices.flatMap(({ split }) => split ?? [])),
      wireBytesPerDelivery: perDelivery((slice) => slice.wireBytesPerDelivery),
    }),
    publishes: sum((slice) => slice.publishes),
    publishFailures: failuresOf(slices),
    expected,
    delivered,
    lost: Math.max(0, expected - delivered),
    duplicated: sum((slice) => slice.duplicated),
    reordered: sum((slice) => slice.reordered),
    receiptsExpected: sum((slice) => slice.receiptsExpected),
    receiptsReceived: sum((slice) => slice.receiptsReceived),
    offeredPerSecond: first.offeredPerSecond,
    achievedShare: slices.length / sum((slice) => 1 / Math.max(1e-9, slice.achievedShare)),
    sendsChecksum: slices
      .reduce(
        (total, slice) => (total + Number.parseInt(slice.sendsChecksum, 16)) % Number.MAX_SAFE_INTEGER,
        0,
      )
      .toString(16)
      .padStart(14, "0"),
    backlogAtEnd: sum((slice) => slice.backlogAtEnd),
    deliveriesPerSecond: delivered / seconds,
    measuredSeconds: seconds,
    ...(first.serverLoopUtilization === undefined
      ? {}
      : { serverLoopUtilization: weighted((slice) => slice.serverLoopUtilization ?? 0) }),
    slowDisconnects: sum((slice) => slice.slowDisconnects ?? 0),
    dropped: sum((slice) => slice.dropped ?? 0),
    reconnects: sum((slice) => slice.reconnects),
    warmup: {
      seconds: warmUp.seconds,
      steadiness: warmUp.warm ? "steady" : "unsteady",
      cpuDrift: warmUp.cpuDrift,
      publishes: warmUp.publishes,
      ...present({ firstCpuUsPerDelivery: warmUp.firstCpuUsPerDelivery }),
    },
    host: {
      ...present({
        cpuPressure: pressure((host) => host.cpuPressure),
        steal: pressure((host) => host.steal),
      }),
      otherCpus: weighted(({ host }) => host.otherCpus),
    },
    processes: last.processes.map((_, index) =>
      mergeProcess(
        slices.flatMap(({ processes }) => processes[index] ?? []),
        slices.map(({ measuredSeconds }) => measuredSeconds / seconds),
      ),
    ),
    timeline: timelineOf(slices),
    sliced: {
      slices: slices.length,
      ...present({
        p50Us: logMean(slices.map(({ deliveryLatencyUs }) => deliveryLatencyUs?.p50)),
        cpuUsPerDelivery: logMean(slices.map(({ serverCpuUsPerDelivery }) => serverCpuUsPerDelivery)),
      }),
    },
  };
}

/** The exponential of the mean of the logarithms: the geometric mean. Undefined where one has no figure or none above zero. */
export function logMean(values: readonly (number | undefined)[]): number | undefined {
  const logs = values.map((value) => (value !== undefined && value > 0 ? Math.log(value) : Number.NaN));
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return Number.isFinite(mean) ? Math.exp(mean) : undefined;
}

function mergeProcess(parts: readonly Process[], weights: readonly number[]): Process {
  const [first] = parts;
  if (!first) throw new RangeError("a process without a slice");
  const sum = (of: (part: Process) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    role: first.role,
    ...present({ part: first.part }),
    ...mergeLoop(parts, weights),
    ...mergeBursts(parts),
    spunUs: sum((part) => part.spunUs),
    cpuUserUs: sum((part) => part.cpuUserUs),
    cpuSystemUs: sum((part) => part.cpuSystemUs),
    rssBytes: parts.at(-1)?.rssBytes ?? first.rssBytes,
  };
}

/** Of a server on another runtime than Node.js there is nothing to merge. */
function mergeLoop(parts: readonly Process[], weights: readonly number[]): Partial<Process> {
  if (parts.some(({ loopUtilization }) => loopUtilization === undefined)) return {};
  const sum = (of: (part: Process) => number | undefined) =>
    parts.reduce((total, part) => total + (of(part) ?? 0), 0);
  const most = (of: (part: Process) => number | undefined) => Math.max(...parts.map((part) => of(part) ?? 0));
  return {
    loopUtilization: Math.min(
      1,
      parts.reduce((total, part, index) => total + (part.loopUtilization ?? 0) * (weights[index] ?? 0), 0),
    ),
    gcPauses: sum((part) => part.gcPauses),
    gcPausedUs: sum((part) => part.gcPausedUs),
    gcLongestUs: most((part) => part.gcLongestUs),
    loopDelayP99Us: most((part) => part.loopDelayP99Us),
    loopDelayMaxUs: most((part) => part.loopDelayMaxUs),
  };
}

type Drained = NonNullable<Metrics["drained"]>;

function mergeDrained(parts: readonly Drained[]): Drained | undefined {
  if (parts.length === 0) return undefined;
  const most = (of: (part: Drained) => number) => Math.max(...parts.map(of));
  return {
    probes: most((part) => part.probes),
    sinks: most((part) => part.sinks),
    deliveries: parts.reduce((total, part) => total + part.deliveries, 0),
    unlike: most((part) => part.unlike),
  };
}

function mergeBursts(parts: readonly Process[]): Pick<Process, "burstUtilization" | "burstUs"> {
  const burstUs = parts.reduce((total, part) => total + (part.burstUs ?? 0), 0);
  if (burstUs === 0) return {};
  const busyUs = parts.reduce((total, part) => total + (part.burstUtilization ?? 0) * (part.burstUs ?? 0), 0);
  return { burstUtilization: Math.min(1, busyUs / burstUs), burstUs };
}

/** An interval for each slice, one after the other, as if nothing had been between them. */
function timelineOf(slices: readonly Metrics[]): Metrics["timeline"] {
  let fromSeconds = 0;
  return slices.map((slice) => {
    const { measuredSeconds: seconds, publishes, delivered, deliveryLatencyUs, serverRssBytes } = slice;
    const from = fromSeconds;
    fromSeconds += seconds;
    const server = slice.processes.find(({ role }) => role === "server");
    return {
      fromSeconds: from,
      seconds,
      publishes,
      deliveries: delivered,
      ...present({
        deliveryP50Us: deliveryLatencyUs?.p50,
        deliveryP99Us: deliveryLatencyUs?.p99,
        deliveryMaxUs: deliveryLatencyUs?.max,
        serverCpuUserUs: server?.cpuUserUs,
        serverCpuSystemUs: server?.cpuSystemUs,
        serverLoopUtilization: server?.loopUtilization,
        serverRssBytes,
      }),
    };
  });
}

function failuresOf(slices: readonly Metrics[]): Record<string, number> {
  const merged: Record<string, number> = {};
  for (const { publishFailures } of slices) {
    for (const [code, count] of Object.entries(publishFailures)) merged[code] = (merged[code] ?? 0) + count;
  }
  return merged;
}

/** What a trial may lack. */
type OptionalFigures = {
  [K in keyof Metrics as object extends Pick<Metrics, K> ? K : never]?: Metrics[K] | undefined;
};

/** The metrics with these figures in place of their own, also where there is none: one slice's must not pass for the launch's. */
function withFigures(metrics: Metrics, figures: OptionalFigures): Metrics {
  const kept: Metrics = { ...metrics };
  for (const name of Object.keys(figures) as (keyof OptionalFigures)[]) delete kept[name];
  return { ...kept, ...present(figures) };
}
