import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

/** One dashboard for so many devices. */
const DEVICES_A_DASHBOARD = 50;

/** Many devices that report now and then. */
export const iot: Scenario = {
  name: "iot",
  summary: "many devices that report now and then, a few dashboards that see it all",
  standsFor: "many devices, with a dashboard for every fifty",
  lookAt: "memory per connection, bytes per publish",
  about:
    "Sensors, meters, vehicles. Most connections are silent most of the time, each sends its reading at a random moment, and a dashboard " +
    "for every fifty devices follows them all. Look at the memory per connection and at the bytes per delivery: with so few " +
    "subscribers, most of the cost is the publish. Add --link 3g for devices in the field.",
  params: commonParams(
    { connections: 300, rate: 100 },
    { connections: "devices, and one dashboard for every fifty", rate: "readings of all devices together" },
  ),
  plan: (params, seed) => {
    const dashboards = Math.max(1, Math.floor(params.connections / (DEVICES_A_DASHBOARD + 1)));
    return {
      version: 1,
      scenario: "iot",
      seed,
      loop: "open",
      groups: [
        { name: "device", users: params.connections - dashboards, follows: [], marksRead: false },
        { name: "dashboard", users: dashboards, follows: ["topic/readings"], marksRead: false },
      ],
      traffic: [
        {
          from: "device",
          to: { topic: "topic/readings" },
          arrivals: "poisson",
          ratePerSecond: params.rate,
          payloadCharacters: params.payload,
        },
      ],
      phases: commonPhases(params),
    };
  },
};
