import { z } from "zod";
import { count, MOST_NAMED, ratio } from "./units.ts";

const agentSchema = z.strictObject({
  name: z.string(),
  cores: count,
  loadProcesses: count.describe("that it ran"),
  here: z.boolean().describe("whether it ran on the machine of server and controller"),
  offsetUs: z.number().describe("what its clock lacked to the controller's when its load processes started"),
  boundUs: ratio.describe(
    "that is off by this at most, from the beginning of the trial to its end: half of the shortest round trip, and what the clocks drifted",
  ),
  driftUs: z.number().describe("how the offset changed until the end of the trial"),
});

export const agentsSchema = z.strictObject({
  each: z.array(agentSchema).max(MOST_NAMED),
  latencyBoundUs: ratio.describe(
    "a latency from one agent to another is off by this at most: the two largest bounds; 0 where one agent ran all load",
  ),
  natsMessages: count.describe(
    "messages that the controller sent and received over NATS in the measured time",
  ),
});

export type AgentFigures = z.infer<typeof agentsSchema>;
