import type { Plan } from "../../scenarios/plan.ts";
import { text } from "../block.ts";
import { amountText, areApart, comparisonOf, notApartText, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, LessonExperiment, Measure } from "../lesson.ts";

const STALL_MS = 250;
const STALL: Plan["faults"] = [{ kind: "server-pause", atMs: 1_500, forMs: STALL_MS }];
const SECONDS = 3.6;
const RATE = 1_000;

const stalled = (id: string, closedLoop: boolean): LessonExperiment => ({
  kind: "trials",
  id,
  setup: {
    scenario: "fan-out",
    connections: 3,
    rate: RATE,
    payload: 100,
    duration: SECONDS,
    warmup: 1,
    ...(closedLoop ? { closedLoop } : {}),
  },
  faults: STALL,
  transports: ["websocket"],
});

const latency = (experiment: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport: "websocket", metric } },
});

/** Whether the closed loop hid the stall. */
function hiddenText(closed: Seen, open: Seen): string {
  const times = open.value / closed.value;
  const how = comparisonOf(closed, open);
  const isNear = times <= 2 && times >= 1 / 2;
  if (how === "few" || (how !== "apart" && !isNear))
    return (
      `The closed loop reports a p99 of ${seenText(closed)}, the open loop one of ${seenText(open)}, ${notApartText(closed, open)}. ` +
      "Usually the closed loop's is far lower: it has one publish under way when the server stops, one slow sample among thousands."
    );
  return times > 2
    ? `The closed loop reports a p99 of ${amountText(closed.value, closed.unit)}, the open loop ${amountText(open.value, open.unit)}: ${Number(times.toPrecision(2))} times as much, of the same server and the same stall. ` +
        "The closed loop had one publish under way when the server stopped, and made no other until it was back. One slow sample among thousands lies far beyond a p99."
    : `Here the closed loop's p99, ${seenText(closed)}, is ${isNear ? "near" : "far above"} the open loop's, ${seenText(open)}. Usually it's far lower: a closed loop has one publish under way during a stall, one slow sample among ` +
        "thousands. Look whether something else held your machine up as well.";
}

const AWAY = "far more than half of the deliveries came before the stall or after it";

/** Whether the median saw nothing of the stall. */
function medianText({ value, unit }: Seen): string {
  const said = `The open loop's median is ${amountText(value, unit)}`;
  return value < (STALL_MS * 1_000) / 10
    ? `${said}, as if nothing had happened: ${AWAY}.`
    : `${said}, though ${AWAY}. Look whether something else held your machine up as well.`;
}

/** Where its figures are not there, or of too few blocks to be compared. */
const A_MEAN =
  "A mean mixes the many deliveries that were quick with the few that waited. Usually it lies between the two, where there is hardly any delivery, and tells neither what most users saw nor what the unlucky ones saw.";

/** Whom the mean speaks of: of the open loop's deliveries, most near the median and a few spread over the stall. */
function meanText(median: Seen, p90: Seen, mean: Seen, p99: Seen): string {
  const said = `The open loop's mean is ${seenText(mean)}`;
  if ([median, p90, p99].some((one) => comparisonOf(one, mean) === "few")) return `${said}. ${A_MEAN}`;
  // Those that the stall did not hold up are nine tenths and more: none of them may come near the mean.
  const isBetween = mean.value > 2 * median.value && mean.value > 2 * p90.value && p99.value > 2 * mean.value;
  if (!isBetween || mean.value > (STALL_MS * 1_000) / 2)
    return (
      `${said}. Usually it lies far above what nine of ten deliveries took and far below the p99; here it does not, so look whether your machine kept up. ` +
      "A mean tells neither what most users saw nor what the unlucky ones saw."
    );
  const times = (value: number) => `${Number(value.toPrecision(2))} times`;
  // Who waited, waited anything from nothing to the whole stall, evenly.
  const share = (100 * (2 - 1 / 2) * mean.value) / (SECONDS * 1_000_000);
  return (
    `${said}: ${times(mean.value / median.value)} the median, and the p99 is ${times(p99.value / mean.value)} the mean. Hardly any delivery took about as long as the mean: those that waited, waited for anything from nothing to the whole stall, ` +
    `so that by arithmetic ${Number(share.toPrecision(1))} % of all took between half the mean and twice the mean. It tells neither what most users saw nor what the unlucky ones saw.`
  );
}

/** The p99 of a tool that waits beside the mean of one that does not. */
function highestText(closed: Seen, mean: Seen): string {
  const both = `The closed loop's p99 is ${seenText(closed)}, the open loop's mean ${seenText(mean)}`;
  if (!areApart(closed, mean)) return `${both}, ${notApartText(closed, mean)}.`;
  return closed.value < mean.value
    ? `${both}. By the closed loop 99 of 100 users wait less than the average user does by the open one: a quantile of one tool can't be compared with a figure of another before you know how each paces itself.`
    : `${both}. Usually it is the other way round; look whether something else held your machine up as well.`;
}

/** What a stalled server does to figures, by how they are taken. */
export const averages: Lesson = {
  number: 3,
  title: "Averages lie",
  intro: [
    "A server stands still for a quarter of a second, as in a long garbage collection, and then goes on. Two programs measure it, each set to make 1,000 notifications a second for 3.6 s.",
    "The first, a closed loop, waits for the answer to each publish before it makes the next, and counts from the moment at which it sent. The second, an open loop, publishes whenever a " +
      "notification is due, whether the server answers or not, and counts from when it was due, as your users would.",
    "Both report a median, a mean and a p99, as load tests do.",
  ],
  predictions: [
    {
      kind: "number",
      id: "closed",
      asks: "The p99 that the closed loop reports: the latency that 99 of 100 deliveries stay below?",
      unit: "ms",
      measure: "closed p99",
    },
    {
      kind: "number",
      id: "open",
      asks: "The p99 that the open loop reports of the same stall?",
      unit: "ms",
      measure: "open p99",
    },
    {
      kind: "choice",
      id: "highest",
      asks: "Which of these three comes out highest?",
      options: [
        { name: "the closed loop's p99", measure: "closed p99" },
        { name: "the open loop's median", measure: "open p50" },
        { name: "the open loop's mean", measure: "open mean" },
      ],
      wins: "highest",
    },
  ],
  experiments: [stalled("closed loop", true), stalled("open loop", false)],
  running: "The lab stops the server's process for 250 ms in each trial (SIGSTOP, SIGCONT), on WebSocket.",
  measures: {
    "closed p50": latency("closed loop", "p50"),
    "closed mean": latency("closed loop", "delivery.mean"),
    "closed p99": latency("closed loop", "p99"),
    "open p50": latency("open loop", "p50"),
    "open p90": latency("open loop", "p90"),
    "open mean": latency("open loop", "delivery.mean"),
    "open p99": latency("open loop", "p99"),
  },
  charts: [
    {
      title: "Delivery latency of the same stall, by two ways to measure",
      bars: {
        "closed p50": "closed loop, median",
        "open p50": "open loop, median",
        "open p90": "open loop, p90",
        "closed mean": "closed loop, mean",
        "open mean": "open loop, mean",
        "closed p99": "closed loop, p99",
        "open p99": "open loop, p99",
      },
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["closed p99", "open p99"],
        ({ "closed p99": closed, "open p99": open }) => hiddenText(closed, open),
        "A closed loop has one publish under way when the server stops, and makes no other until it is back: one slow sample among thousands, far beyond a p99. An open loop goes on and has hundreds of them.",
      ),
    ),
    text(
      `In the open loop ${(RATE * STALL_MS) / 1_000} publishes were due during the stall, ${Math.round(STALL_MS / 10 / SECONDS)} % of all. Each waited for what was left of the stall, and the slowest in a hundred for most of it: that is the p99. ` +
        "Users don't wait for one another before they click: the open loop has their view. What the closed loop gets wrong is called coordinated omission (Gil Tene).",
    ),
    text(
      told(
        figures,
        ["open p50"],
        ({ "open p50": median }) => medianText(median),
        `The open loop's median is usually as if nothing had happened: ${AWAY}.`,
      ),
    ),
    text(
      told(
        figures,
        ["open p50", "open p90", "open mean", "open p99"],
        ({ "open p50": median, "open p90": p90, "open mean": mean, "open p99": p99 }) =>
          meanText(median, p90, mean, p99),
        A_MEAN,
      ),
    ),
    text(
      told(
        figures,
        ["closed p99", "open mean"],
        ({ "closed p99": closed, "open mean": mean }) => highestText(closed, mean),
        "A closed loop's p99 may even lie below an open loop's mean of the same stall: ask how a tool paces itself before you compare its figures.",
      ),
    ),
  ],
  check: {
    asks: "A load test with 50 users who each wait for an answer before they ask again reports a p99 of 3 ms. The server stalls for a second every minute. What do you know?",
    options: [
      "99 of 100 of my users wait 3 ms or less",
      "The stalls don't matter",
      "Little about the stalls: the test asked nearly nothing while they lasted",
    ],
    right: 2,
    because:
      "During each stall the test has 50 requests under way and makes no more. Ask how the tool paces itself before you believe its p99.",
  },
  further: [
    ["notif-lab bench --closed-loop --quick", "as a closed loop; without the flag, the same as an open one"],
    ["notif-lab selftest", "how the lab proves that it sees such a stall itself"],
    ["notif-lab report RESULTS --format csv", "every quantile of a run"],
  ],
  teacher: {
    aim: "Learners see that the way in which it is measured decides what a p99 means.",
    wrong: [
      {
        says: "Both report about 250 ms.",
        answer: "Count the samples: how many publishes did each make while the server stood still?",
      },
      {
        says: "The p99 is near the mean of the stall, 125 ms.",
        answer:
          "7 % of the publishes were held up, evenly between 0 and 250 ms. The slowest in a hundred are near the long end.",
      },
      {
        says: "The mean is a fair summary of both kinds of delivery.",
        answer: "Look for a delivery that took as long as the mean. Whose latency is it?",
      },
      {
        says: "The closed loop is wrong and useless.",
        answer:
          "It measures how long a client waits that asks again only after each answer. It does not measure users who come when they like.",
      },
    ],
    discuss: [
      'Which of your tools is a closed loop? (Most with a number of "virtual users" are.)',
      "Which quantile would you promise to your users, and over which time?",
    ],
    slide: {
      title: "The same stall",
      boxes: ["due", "due", "server stands still", "due", "due"],
      below: "closed loop: one sample of the stall; open loop: one for every publish that was due meanwhile",
    },
  },
};
