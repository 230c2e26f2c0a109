import { crowds } from "./crowds.ts";
import { commonParams, commonPhases, type Scenario } from "./scenario.ts";

const MATCH = 10;

/** Matches that tick. */
export const gaming: Scenario = {
  name: "gaming",
  summary:
    "matches of nine players and a host: the host's state goes out every tick, the players' inputs come in",
  standsFor: "ticks out and inputs in, ten players per match",
  lookAt: "p99 against the tick: 50 ms at 20 ticks a second",
  about:
    "A fast multiplayer game. In each match the host sends the state to all players at regular ticks, and every player " +
    "sends inputs half as often. A state that is later than the tick, 50 ms at 20 ticks a second, is overtaken by the next: compare the p99 " +
    "with that. All transports here run over TCP, where one lost segment holds up everything behind it; add --link lossy to see that.",
  params: {
    ...commonParams(
      { connections: 40, rate: 20 },
      { connections: "players and hosts, ten to a match", rate: "ticks of each match" },
    ),
    rate: {
      default: 20,
      min: 1,
      max: 120,
      unit: "ticks/s",
      about: "ticks of each match; inputs come half as often",
    },
    payload: {
      default: 64,
      min: 21,
      max: 65_536,
      unit: "characters",
      about: "length of a state and of an input",
    },
  },
  plan: (params, seed) => {
    const matches = crowds(params.connections, MATCH);
    const { rate, payload: payloadCharacters } = params;
    return {
      version: 1,
      scenario: "gaming",
      seed,
      loop: "open",
      groups: matches.flatMap((users, match) => [
        { name: `host-${match + 1}`, users: 1, follows: [`topic/inputs-${match + 1}`], marksRead: false },
        {
          name: `player-${match + 1}`,
          users: users - 1,
          follows: [`topic/state-${match + 1}`],
          marksRead: false,
        },
      ]),
      traffic: matches.flatMap((users, match) => [
        {
          from: `host-${match + 1}`,
          to: { topic: `topic/state-${match + 1}` },
          arrivals: "constant" as const,
          ratePerSecond: rate,
          payloadCharacters,
        },
        {
          from: `player-${match + 1}`,
          to: { topic: `topic/inputs-${match + 1}` },
          arrivals: "poisson" as const,
          ratePerSecond: (rate / 2) * (users - 1),
          payloadCharacters,
        },
      ]),
      phases: commonPhases(params),
    };
  },
};
