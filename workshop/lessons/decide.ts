import { CRITERIA } from "../../reports/decision/criteria.ts";
import { listed } from "../../reports/prose/text.ts";
import { text } from "../block.ts";
import { criteriaOf } from "../decision.ts";
import { isSeen } from "../figures.ts";
import type { Lesson } from "../lesson.ts";

const SIX = ["websocket", "socketio", "sse", "long-polling", "grpc", "mqtt"];

const SERVICE = { scenario: "seed", connections: 200, rate: 83.3, duration: 2 } as const;
/** Each with a launch of the service. */
const BLOCKS = 3;
const WEIGHED = criteriaOf(SERVICE.rate * SERVICE.duration * BLOCKS);
const NOT_WEIGHED = CRITERIA.filter(({ key }) => !WEIGHED.includes(key)).map(({ key }) => key);

/** Requirements, weights and noise, and a decision that is written down. */
export const decideLesson: Lesson = {
  number: 8,
  title: "Decide",
  intro: [
    "The service: 5,000 daily users, 500 of them connected, notifications of 1,000 characters with read receipts. You choose its transport, for your own reasons, with figures from this machine.",
    "Requirements come first: a transport that can't do what you need is out, however quick it is. Weights say what matters among the others. And noise says how much of the order is real.",
    `This lesson has no figures for ${listed(NOT_WEIGHED)}, and asks for no weight of these: longer runs have them, and runs that break something.`,
  ],
  settings: [
    { kind: "needs", id: "needs", asks: "What must it have?" },
    { kind: "weights", id: "weights", asks: "What matters to you, from 0 to 10?", criteria: WEIGHED },
  ],
  predictions: [
    {
      kind: "choice",
      id: "first",
      asks: "Which transport comes first by what you have just said?",
      options: SIX.map((name) => ({ name, measure: `score of ${name}` })),
      wins: "lowest",
    },
  ],
  experiments: [
    {
      kind: "trials",
      id: "service",
      setup: SERVICE,
      transports: SIX,
      mindsNoise: true,
    },
  ],
  running:
    "The lab measures the service on six transports, with 200 of its 500 connections, so that it is soon over.",
  measures: Object.fromEntries(
    SIX.map((transport) => [
      `score of ${transport}`,
      { from: "decision" as const, experiment: "service", transport },
    ]),
  ),
  charts: [
    {
      title: "Score by your weights: 1 is the best in everything, lower is better",
      bars: Object.fromEntries(SIX.map((name) => [`score of ${name}`, name])),
    },
  ],
  explain: (figures) => {
    const without = (isOut: boolean) =>
      SIX.flatMap((name) => {
        const figure = figures[`score of ${name}`];
        return figure && !isSeen(figure) && (figure.excluded ?? false) === isOut
          ? [`${name} (${figure.absent})`]
          : [];
      });
    const [out, missing] = [without(true), without(false)];
    const scored = SIX.filter((name) => isSeen(figures[`score of ${name}`]));
    return [
      text(
        out.length > 0
          ? `Out by what you require: ${out.join("; ")}. A requirement decides before any figure does, so look at it twice: is it one, or a wish?`
          : "No transport is out by your requirements, so figures alone make the order. Is there really nothing that it must have? Browsers, proxies and resumption are what most services forget.",
      ),
      ...(missing.length > 0
        ? [text(`Not measured, and so without a score: ${missing.join("; ")}. These might have come first.`)]
        : []),
      text(
        scored.length > 1
          ? "A score is the weighted geometric mean of a transport's ratios to the best one: 1.3 means 30 % worse than the best in each figure, on the average that your weights make. It does not say whether 30 % of a few milliseconds matter: the record of your decision has the figures themselves."
          : "A score compares transports; with fewer than two of them there is nothing to compare.",
      ),
      text(
        "Each figure is from a few launches on one machine. Where the comparison is inconclusive, another run may turn the order round: then decide by something else, such as what your team knows, and write that down.",
      ),
    ];
  },
  check: {
    asks: "Two transports differ by 4 % in your score, and their comparisons are inconclusive. What do you write down?",
    options: [
      "That the first one is faster",
      "Nothing yet: measure until one of them wins",
      "That the figures don't separate them, and what decided instead",
    ],
    right: 2,
    because:
      "A decision that says what it rests on can be argued with, and revised when that changes. A winner that noise has picked can't.",
  },
  further: [
    ["notif-lab bench --scenarios seed", "the same with all 500, and a sheet to send round"],
    ["notif-lab bench --scenarios seed --until distinguished", "as many launches as the differences need"],
  ],
  teacher: {
    aim: "Learners decide by requirements, weights and noise, and leave a record that others can argue with.",
    wrong: [
      {
        says: "WebSocket, it is the fastest.",
        answer: "By which figure, by how much, and do you need that much?",
      },
      {
        says: "Whatever comes first in the table.",
        answer:
          'Change one weight and look: "notif-lab advise FILE" does so on the same figures, with the file that the lesson names. Is it still first, and is that proven? A place that reads "1?" is not.',
      },
      {
        says: "We need everything: browsers, offline devices, binary, proxies.",
        answer: "Then probably no transport is left. Which of these would you pay for?",
      },
    ],
    discuss: [
      "Read one another's decisions: which sentence would you challenge?",
      "What would have to happen for you to decide differently in a year?",
    ],
    slide: {
      title: "A decision",
      boxes: ["requirements", "weights", "figures", "noise", "record"],
      below: "first what is out, then the order, then the doubts: and write it down",
    },
  },
};
