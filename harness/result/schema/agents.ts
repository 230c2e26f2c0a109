import { z } from "zod";
import { count, MOST_NAMED, micros, ratio, share } from "./units.ts";

const agentSchema = z.strictObject({
  name: z.string(),
  serves: z.boolean().describe("whether it ran the server; else it ran load"),
  cores: count,
  here: z.boolean().describe("whether it ran on the controller's machine"),
  machine: z
    .strictObject({
      platform: z.string(),
      kernel: z.string(),
      arch: z.string(),
      cpuModel: z.string(),
      memoryBytes: count,
    })
    .describe("that it ran on, as it says itself"),
  clockSync: z.string().describe("what kept its clock, as it says itself; no figure rests on it"),
  loadProcesses: count.describe("that it ran"),
  users: count.describe("whose clients it had"),
  publishes: count.describe("that it made in the measured time"),
  deliveries: count.describe("that its clients got in the measured time"),
  lost: count
    .optional()
    .describe("of the deliveries that its clients were to get in the measured time, those that they did not"),
  sendLagP99Us: micros.optional().describe("how late its sends were"),
  deliveryP50Us: micros.optional().describe("of the deliveries that its clients got"),
  deliveryP99Us: micros.optional(),
  busiest: share.optional().describe("the share of the time in which its busiest load process was busy"),
  cpuPressure: share
    .optional()
    .describe("of another machine: the share of the time in which some task waited for a CPU"),
  steal: share
    .optional()
    .describe("of another machine: the share of CPU time that its hypervisor gave to others"),
  otherCpus: ratio
    .optional()
    .describe("of another machine: CPUs used beside the trial's processes there, the agent's own included"),
  offsetUs: z.number().describe("what its clock lacked to the controller's when the trial began"),
  boundUs: ratio.describe(
    "what its processes took for the controller's clock was off by this at most, from the beginning of the trial to its end",
  ),
  driftUs: z.number().describe("how the clocks moved apart meanwhile, beyond what was followed"),
  driftPpm: z
    .number()
    .describe("by how many millionths the controller's clock is faster; 0 where it can't be told"),
});

export const agentsSchema = z.strictObject({
  each: z.array(agentSchema).max(MOST_NAMED),
  server: z.strictObject({
    on: z.string().describe("the agent that ran it, or the controller"),
    host: z.string().describe("the address at which load processes reached it"),
  }),
  latencyBoundUs: ratio.describe(
    "a latency from one agent to another is off by this at most: the two largest bounds; 0 where one agent ran all load",
  ),
  sameAgentDeliveries: count
    .optional()
    .describe(
      "deliveries whose publisher was on the subscriber's agent: their latency needs no comparison of clocks",
    ),
  sameAgentP50Us: micros.optional(),
  sameAgentP99Us: micros.optional(),
  otherAgentDeliveries: count.optional().describe("deliveries whose publisher was on another agent"),
  otherAgentP50Us: micros.optional(),
  otherAgentP99Us: micros.optional(),
  negative: count.describe("latencies below zero, which clocks that are not known well enough can make"),
  lowestUs: z
    .number()
    .optional()
    .describe("the lowest of these, which is within the bound, or the trial would be invalid"),
  natsMessages: count.describe(
    "messages that the controller sent and received over NATS in the measured time",
  ),
});

export type AgentFigures = z.infer<typeof agentsSchema>;
