import { defined, type Metric } from "./metric.ts";

const BUSY = { unit: "share", group: "Event loop busy" } as const;
const PAUSES = {
  join: "the server process",
  unit: "micros",
  better: "lower",
  unranked: true,
  group: "Server pauses",
} as const;
const HOST = {
  better: "none",
  group: "Host",
  unjudged: "it is the machine's doing, and makes a trial invalid if it is too high",
} as const;

/** How busy all were while a trial was measured. */
export const CIRCUMSTANCES = {
  loadLoop: defined({
    ...BUSY,
    paths: ["processes.*.loopUtilization"],
    join: "maximum of the load processes",
    better: "none",
    unjudged: "it is the load generator's own, and makes a trial invalid if it is too high",
    label: "load",
    about: "Share of the measured time in which the event loop of the busiest load process was busy.",
    prometheus: "load_event_loop_busy_ratio",
    views: ["circumstances"],
  }),
  loadBursts: defined({
    ...BUSY,
    paths: ["processes.*.burstUtilization"],
    join: "maximum of the load processes",
    better: "none",
    unjudged: "it is the load generator's own; the clients' share says what it adds to the delivery latency",
    label: "load, in bursts",
    about:
      "Share of the time between the first and the last delivery of a publish in which the event loop of the busiest load process was " +
      "busy, over the traced publishes.",
    prometheus: "load_event_loop_burst_busy_ratio",
    views: ["circumstances"],
  }),
  serverLoop: defined({
    ...BUSY,
    paths: ["serverLoopUtilization"],
    better: "lower",
    label: "server",
    about: "Share of the measured time in which the server's event loop was busy.",
    aliases: ["loop%", "cpu%"],
    prometheus: "server_event_loop_busy_ratio",
    views: ["circumstances"],
  }),
  coldStart: defined({
    paths: ["warmup.firstCpuUsPerDelivery"],
    unit: "micros",
    better: "none",
    unjudged: "it is the cost of a cold start, of one scenario in a launch",
    group: "Cold start",
    label: "CPU per delivery",
    about:
      "Server CPU per delivery in the first part of a launch's warm-up, when its code is not compiled yet; of the scenario that is warmed up first.",
    prometheus: "server_cold_start_cpu_per_delivery_seconds",
    views: ["circumstances"],
  }),
  serverLoopDelay: defined({
    ...PAUSES,
    paths: ["processes.*.loopDelayMaxUs"],
    label: "loop delay",
    about: "How late a 20 ms timer of the server fired at worst, because its event loop was busy.",
    prometheus: "server_event_loop_delay_max_seconds",
    views: ["circumstances"],
  }),
  serverGc: defined({
    ...PAUSES,
    paths: ["processes.*.gcLongestUs"],
    label: "longest gc",
    about: "The server's longest garbage collection, forced ones left out.",
    prometheus: "server_longest_gc_seconds",
    views: ["circumstances"],
  }),
  otherCpus: defined({
    ...HOST,
    paths: ["host.otherCpus"],
    unit: "processors",
    label: "other CPUs",
    about: "CPUs busy with anything but the trial's own processes.",
    prometheus: "host_other_cpus",
    views: ["circumstances"],
  }),
  cpuPressure: defined({
    ...HOST,
    unjudged: "it is the machine's doing, and makes a trial in one piece invalid if it is too high",
    paths: ["host.cpuPressure"],
    unit: "share",
    label: "waiting",
    about: "Share of the time in which some task waited for a CPU (Linux pressure stall information).",
    prometheus: "host_cpu_pressure_ratio",
    views: ["circumstances"],
  }),
  steal: defined({
    ...HOST,
    paths: ["host.steal"],
    unit: "share",
    label: "stolen",
    about: "Share of the CPU time that the hypervisor gave to others.",
    prometheus: "host_cpu_steal_ratio",
    views: ["circumstances"],
  }),
} satisfies Record<string, Metric>;
