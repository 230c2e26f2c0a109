import { crowds } from "./crowds.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

const ROOM = 20;

/** Rooms in which everyone speaks. */
export const chat: Scenario = {
  name: "chat",
  summary:
    "rooms of twenty in which everyone speaks, and everyone's read receipt travels back to the speaker",
  standsFor: "rooms of twenty in which everyone writes and reads",
  lookAt: "receipt latency: one message is twenty deliveries and receipts",
  about:
    "A team chat. At random moments somebody says something to the room; all twenty see it, the speaker too, and each client marks it as " +
    "read. So one publish is twenty deliveries and twenty receipts: look at the receipt latency, and at the bytes per delivery.",
  params: commonParams(
    { connections: 200, rate: 40 },
    { connections: "users, in rooms of twenty", rate: "messages of all rooms together" },
  ),
  plan: (params, seed) => {
    const rooms = crowds(params.connections, ROOM);
    return {
      version: 1,
      scenario: "chat",
      seed,
      loop: "open",
      groups: rooms.map((users, room) => ({
        name: `room-${room + 1}`,
        users,
        follows: ["own", `topic/room-${room + 1}`],
        marksRead: true,
      })),
      traffic: rooms.map((users, room) => ({
        from: `room-${room + 1}`,
        to: { topic: `topic/room-${room + 1}` },
        arrivals: "poisson" as const,
        ratePerSecond: (params.rate * users) / params.connections,
        payloadCharacters: params.payload,
      })),
      phases: commonPhases(params),
    };
  },
};
