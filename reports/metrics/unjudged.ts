import type { Unit } from "../prose/format.ts";
import { defined, type Metric } from "./metric.ts";
import type { Path } from "./paths.ts";

const PLAN = "the plan says how much it is";
const GENERATOR = "it is the load generator's own";
const SAMPLES = "it says how many samples are behind a latency";
const FAULT = "it describes one fault; the longest outage of all faults is judged";
const PROCESS = "it describes one process; server CPU, server memory and server pauses are judged";
const SERIES = "it describes one interval; the figures of the whole trial are judged";
const STEP = "it is a point of the line whose slope is judged";
const PAGE = "a page is there to be looked at beside Node.js: its median and p90 are judged";
const AGENTS = "it describes the agents that ran the load, and how well their clocks are known";
const LINK = "it describes the shared link; what the link did to deliveries is judged by their latency";

/** The other numbers of a trial, by why no rule may judge a transport by them. */
const NUMBERS: readonly (readonly [why: string, unit: Unit, ...paths: Path[]])[] = [
  [SAMPLES, "count", "deliveryLatencyUs.count", "serviceLatencyUs.count", "publishLatencyUs.count"],
  [SAMPLES, "count", "receiptLatencyUs.count", "readyLatencyUs.count", "sendLagUs.count"],
  [
    SAMPLES,
    "count",
    "deliveryLatencyUs.publishes",
    "serviceLatencyUs.publishes",
    "publishLatencyUs.publishes",
  ],
  [SAMPLES, "count", "receiptLatencyUs.publishes", "readyLatencyUs.publishes", "sendLagUs.publishes"],
  [
    "it says how deliveries were counted; the deliveries are judged",
    "count",
    "drained.probes",
    "drained.sinks",
  ],
  ["it says how deliveries were counted; the deliveries are judged", "count", "drained.deliveries"],
  ["it is an error of the counting, and noted", "count", "drained.unlike"],
  [SAMPLES, "count", "split.publishes", "split.deliveries", "split.unmatched"],
  [PLAN, "count", "publishes", "expected", "receiptsExpected", "connections", "resumption.subscribers"],
  [PLAN, "perSecond", "offeredPerSecond"],
  [PLAN, "seconds", "measuredSeconds"],
  [PLAN, "bytes", "heldBoundBytes"],
  ["the transport says how many a client has; what they cost is judged", "count", "sockets"],
  [`${GENERATOR}, and a trial that falls short is invalid`, "share", "achievedShare"],
  [
    "the codes differ between transports; what became of the publishes is judged",
    "count",
    "publishFailures.*",
  ],
  [
    "the balancer and the plan decide it",
    "count",
    "cluster.nodes.*.clientsBefore",
    "cluster.nodes.*.clientsAfter",
    "cluster.sameNodeDeliveries",
    "cluster.otherNodeDeliveries",
  ],
  ["it is what the retained notifications take", "bytes", "cluster.backplaneMemoryBytes"],
  ["it counts users who misbehave on purpose", "count", "apartDeliveries"],
  [
    "it depends on how much the fault kept the server from accepting",
    "count",
    "resumption.accepted",
    "resumption.due",
  ],
  [
    "more of it can mean a better recovery or a longer outage",
    "count",
    "resumption.replayed",
    "resumption.told",
  ],
  [FAULT, "seconds", "faults.*.fromSeconds", "faults.*.healthyAfterSeconds"],
  [FAULT, "seconds", "faults.*.detectedAfterSeconds.p50", "faults.*.detectedAfterSeconds.max"],
  [FAULT, "seconds", "faults.*.backAfterSeconds.p50"],
  [FAULT, "count", "faults.*.lostConnections", "faults.*.restoredConnections"],
  ["the plan makes the link drop them", "count", "droppedSegments"],
  [LINK, "share", "sharedLink.utilization"],
  [LINK, "bytes", "sharedLink.bytes"],
  [LINK, "count", "sharedLink.segments", "sharedLink.droppedSegments", "sharedLink.overlimits"],
  [
    "it says how well the line fits; the slope is judged where it fits well enough",
    "share",
    "memoryPerConnection.rss.r2",
  ],
  [
    "it says how well the line fits; the slope is judged where it fits well enough",
    "share",
    "memoryPerConnection.heapAndExternal.r2",
  ],
  [STEP, "count", "memoryPerConnection.steps.*.connections"],
  [STEP, "bytes", "memoryPerConnection.steps.*.rssBytes", "memoryPerConnection.steps.*.heapAndExternalBytes"],
  ["it says how long the warm-up took", "seconds", "warmup.seconds"],
  ["it says how long the warm-up took", "count", "warmup.publishes"],
  [PLAN, "count", "sliced.slices"],
  [
    "it is where a launch stores its p50 and CPU, which are judged under their own names",
    "micros",
    "sliced.p50Us",
    "sliced.cpuUsPerDelivery",
  ],
  [SAMPLES, "count", "browser.deliveryLatencyUs.count", "browser.nodeDeliveryLatencyUs.count"],
  [SAMPLES, "count", "browser.deliveryLatencyUs.publishes", "browser.nodeDeliveryLatencyUs.publishes"],
  [
    "it is an error of the clocks, within the bound that is given",
    "count",
    "browser.deliveryLatencyUs.negative",
    "browser.nodeDeliveryLatencyUs.negative",
  ],
  [PAGE, "micros", "browser.deliveryLatencyUs.min", "browser.deliveryLatencyUs.mean"],
  [PAGE, "micros", "browser.deliveryLatencyUs.p99", "browser.deliveryLatencyUs.p999"],
  [PAGE, "micros", "browser.deliveryLatencyUs.max", "browser.nodeDeliveryLatencyUs.max"],
  [PAGE, "micros", "browser.nodeDeliveryLatencyUs.min", "browser.nodeDeliveryLatencyUs.mean"],
  [PAGE, "micros", "browser.nodeDeliveryLatencyUs.p99", "browser.nodeDeliveryLatencyUs.p999"],
  [PAGE, "count", "browser.nodeLost", "browser.delivered"],
  [PLAN, "count", "browser.connections", "browser.publishes"],
  ["it says how well the page's clock is known", "micros", "browser.clockBoundUs"],
  [AGENTS, "count", "agents.each.*.cores", "agents.each.*.loadProcesses", "agents.each.*.users"],
  [AGENTS, "count", "agents.each.*.publishes", "agents.each.*.deliveries", "agents.natsMessages"],
  [AGENTS, "count", "agents.sameAgentDeliveries", "agents.otherAgentDeliveries", "agents.negative"],
  [AGENTS, "bytes", "agents.each.*.machine.memoryBytes"],
  [AGENTS, "count", "agents.each.*.driftPpm"],
  [AGENTS, "micros", "agents.latencyBoundUs", "agents.lowestUs"],
  [AGENTS, "micros", "agents.each.*.offsetUs", "agents.each.*.driftUs"],
  [AGENTS, "micros", "agents.each.*.deliveryP50Us", "agents.each.*.deliveryP99Us"],
  ["it says how steady the trial was when it began", "share", "warmup.latencyDrift", "warmup.cpuDrift"],
  [`${GENERATOR}: time in which it waited`, "micros", "processes.*.spunUs"],
  [PROCESS, "micros", "processes.*.burstUs"],
  [PROCESS, "micros", "processes.*.cpuUserUs", "processes.*.cpuSystemUs", "processes.*.gcPausedUs"],
  [PROCESS, "micros", "processes.*.loopDelayP99Us"],
  [PROCESS, "count", "processes.*.gcPauses"],
  [PROCESS, "bytes", "processes.*.rssBytes"],
  [SERIES, "seconds", "timeline.*.fromSeconds", "timeline.*.seconds"],
  [SERIES, "count", "timeline.*.publishes", "timeline.*.deliveries"],
  [SERIES, "micros", "timeline.*.deliveryP50Us", "timeline.*.deliveryP99Us", "timeline.*.deliveryMaxUs"],
  [SERIES, "micros", "timeline.*.serverCpuUserUs", "timeline.*.serverCpuSystemUs"],
  [SERIES, "bytes", "timeline.*.serverRssBytes"],
  [SERIES, "share", "timeline.*.serverLoopUtilization"],
];

/** As metrics without a direction: the CSV has them, and a sweep may be over them. */
export const UNJUDGED: readonly Metric[] = NUMBERS.flatMap(([unjudged, unit, ...paths]) =>
  paths.map((path) =>
    defined({ paths: [path], unit, better: "none", unjudged, group: "Not judged", label: path, about: "" }),
  ),
);
