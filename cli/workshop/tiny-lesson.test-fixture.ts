import { text } from "../../workshop/block.ts";
import { told } from "../../workshop/figures.ts";
import type { Lesson } from "../../workshop/lesson.ts";

/** A lesson of every kind of question, whose experiments take a few seconds. */
export const tinyLesson: Lesson = {
  number: 1,
  title: "Tiny",
  intro: ["As short as can be."],
  predictions: [
    { kind: "number", id: "median", asks: "The median?", unit: "ms", measure: "p50" },
    {
      kind: "choice",
      id: "larger",
      asks: "Which is more?",
      options: [
        { name: "bytes", measure: "bytes" },
        { name: "text", measure: "text" },
      ],
      wins: "highest",
    },
    { kind: "number", id: "death", asks: "Back after?", unit: "s", measure: "none" },
  ],
  experiments: [
    {
      kind: "trials",
      id: "feed",
      setup: { scenario: "fan-out", connections: 5, rate: 150, payload: 50, duration: 0.5, warmup: 0.1 },
      transports: ["tcp"],
    },
    { kind: "journey", id: "journey", transports: ["websocket"] },
    {
      kind: "trials",
      id: "never",
      setup: { scenario: "fan-out", connections: 5, rate: 150 },
      transports: ["there-is-none"],
    },
  ],
  drawn: ["websocket"],
  running: "A little.",
  measures: {
    p50: { from: "trials", experiment: "feed", figure: { of: { transport: "tcp", metric: "p50" } } },
    bytes: { from: "journey", experiment: "journey", transport: "websocket", counts: "bytes" },
    text: { from: "journey", experiment: "journey", transport: "websocket", counts: "text" },
    none: {
      from: "trials",
      experiment: "never",
      figure: { of: { transport: "there-is-none", metric: "p50" } },
    },
  },
  charts: [{ title: "Bytes", bars: { bytes: "all", text: "text" } }],
  explain: (figures) => [
    text(
      told(
        figures,
        ["p50"],
        ({ p50 }) => `Your median was ${p50.value > 0 ? "positive" : "none"}.`,
        "No median.",
      ),
    ),
  ],
  check: { asks: "Is this all?", options: ["Yes", "No"], right: 0, because: "It is tiny." },
  further: [["notif-lab demo", "to look at"]],
  teacher: {
    aim: "To test.",
    wrong: [{ says: "<b>x</b>", answer: "y" }],
    discuss: ["What?"],
    slide: { title: "Tiny", boxes: ["a", "b & c"], below: "one after the other" },
  },
};
