import type { Term } from "../../claims/claim.ts";
import { text } from "../block.ts";
import { besideLinkText, comparisonOf, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, LessonExperiment, Measure } from "../lesson.ts";

const PAIR = ["websocket", "long-polling"];

/**
 * People who notify one another over a link with that round trip. They are so many because a client over HTTP sends one request at a time, two for
 * each notification: at 80 ms each waits for answers 16 % of its time. With a third of them the figure would be the client's own queue.
 */
const over = (roundTripMs: number): LessonExperiment => ({
  kind: "trials",
  id: `${roundTripMs} ms`,
  setup: {
    scenario: "notify",
    connections: 60,
    rate: 60,
    payload: 200,
    duration: 2,
    ...(roundTripMs > 0 ? { link: `delay=${roundTripMs / 2}ms` } : {}),
  },
  transports: PAIR,
  ...(roundTripMs > 0 ? {} : { mindsNoise: true }),
});

const of = (experiment: string, term: Term, per?: Term): Measure => ({
  from: "trials",
  experiment,
  figure: { of: term, ...(per ? { over: per } : {}) },
});
const websocket = (metric: string): Term => ({ transport: "websocket", metric });
const polling = (metric: string): Term => ({ transport: "long-polling", metric });

const WAITS =
  "A poll that waits at the server gets its notification as soon as a WebSocket does. Only what is published while the next poll is on its way waits for it, up to a round trip: " +
  "the more a user gets, the likelier that is.";

function movedText(near: Seen, far: Seen): string {
  const lie = comparisonOf(near, far);
  const teller = lie === "few" ? "so few blocks" : "the intervals";
  const way = far.value > near.value ? "grew" : "shrank";
  const moved =
    lie === "apart"
      ? `it ${way} with the round trip`
      : `${teller} don't tell whether the round trip changed it`;
  return `Without a link the ratio was ${seenText(near)}: ${moved}.`;
}

/** Link, server and client each take their part of a latency. */
export const milliseconds: Lesson = {
  number: 2,
  title: "Where do the milliseconds go?",
  intro: [
    "Latency counts from the moment at which a notification is due to the moment at which the recipient's callback has it. On the way it takes time in the " +
      "sender's client, the link, the server, the link again and the recipient's client.",
    "Most guides measure on one machine, where the link takes no time. You measure there as well, and then with a round trip of 80 ms between everybody and the server, " +
      "as between two countries. Sixty users notify one another, 60 times a second in all.",
  ],
  predictions: [
    {
      kind: "number",
      id: "loopback",
      asks: "On this machine, without a link: the median latency on WebSocket?",
      unit: "ms",
      measure: "websocket at 0",
    },
    {
      kind: "number",
      id: "far",
      asks: "With a round trip of 80 ms: the median latency on WebSocket?",
      unit: "ms",
      measure: "websocket at 80",
    },
    {
      kind: "number",
      id: "ratio",
      asks: "With that round trip: how many times as long does the median take on long polling?",
      unit: "times",
      measure: "ratio at 80",
    },
  ],
  experiments: [over(0), over(20), over(80)],
  running:
    "The lab measures WebSocket and long polling without a link, and with round trips of 20 and 80 ms.",
  measures: {
    "websocket at 0": of("0 ms", websocket("p50")),
    "polling at 0": of("0 ms", polling("p50")),
    "websocket at 20": of("20 ms", websocket("p50")),
    "polling at 20": of("20 ms", polling("p50")),
    "websocket at 80": of("80 ms", websocket("p50")),
    "polling at 80": of("80 ms", polling("p50")),
    "ratio at 0": of("0 ms", polling("p50"), websocket("p50")),
    "ratio at 80": of("80 ms", polling("p50"), websocket("p50")),
    publish: of("0 ms", websocket("split.publishUs")),
    server: of("0 ms", websocket("split.serverUs")),
    wait: of("0 ms", websocket("split.waitUs")),
    client: of("0 ms", websocket("split.clientUs")),
  },
  charts: [
    {
      title: "Median delivery latency by round trip",
      bars: {
        "websocket at 0": "websocket, none",
        "polling at 0": "long-polling, none",
        "websocket at 20": "websocket, 20 ms",
        "polling at 20": "long-polling, 20 ms",
        "websocket at 80": "websocket, 80 ms",
        "polling at 80": "long-polling, 80 ms",
      },
    },
    {
      title: "Without a link, on WebSocket: whose time it is",
      bars: {
        publish: "to the server",
        server: "in the server",
        wait: "to the client",
        client: "in the client",
      },
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["publish", "server", "wait", "client"],
        ({ publish, server, wait, client }) => {
          const all = publish.value + server.value + wait.value + client.value;
          const share = Math.round((100 * (wait.value + client.value + publish.value)) / all);
          return (
            `Without a link ${share} % of a WebSocket notification's time passed before the server had it or after the server had sent it: in the clients, in the kernel, and waiting for an event loop to come round. ` +
            (share > 50
              ? "A comparison on one machine is largely a comparison of client libraries and of schedulers."
              : "The larger part was the server's, which is more than this lab usually sees.")
          );
        },
        "On one machine much of a notification's time passes before the server has it or after the server has sent it: in the clients, in the kernel, and waiting for an event loop to come round. A comparison there is largely one of client libraries.",
      ),
    ),
    text(
      told(
        figures,
        ["websocket at 80"],
        ({ "websocket at 80": far }) =>
          `With 80 ms of round trip WebSocket's median was ${seenText(far)}: 40 ms up to the server and 40 ms down to the recipient, one round trip in all, ` +
          `and ${besideLinkText(far, 80_000)}. No server can be quicker than the link.`,
        "With 80 ms of round trip a notification takes 40 ms up to the server and 40 ms down to the recipient. No server can be quicker than the link.",
      ),
    ),
    text(
      told(
        figures,
        ["ratio at 80"],
        ({ "ratio at 80": far }) =>
          `With 80 ms long polling's median was ${seenText(far)} WebSocket's. ${told(figures, ["ratio at 0"], ({ "ratio at 0": near }) => movedText(near, far), "Without a link the ratio was not measured.")} ${WAITS}`,
        WAITS,
      ),
    ),
  ],
  check: {
    asks: "A guide reports 0.4 ms for WebSocket and 25 ms for REST, both on one laptop. What does that say about your users abroad?",
    options: [
      "Little: what they wait for most is the link, which the guide left out",
      "That they will get notifications 60 times sooner by WebSocket",
      "That REST is unusable for them",
    ],
    right: 0,
    because:
      "The ratio belongs to the laptop. Abroad one round trip takes longer than either of these figures, and what counts is how many of them each needs.",
  },
  further: [
    [
      "notif-lab sweep --over delay=0,10,40,80 --scenario notify --transports websocket,long-polling",
      "over more links; the delay is one way, half of a round trip",
    ],
    ["notif-lab claims run seed-latency --quick", "a guide's 30 ms against 100 ms, tried"],
    ["notif-lab bench --link 4g --quick", "all six on a phone's network"],
  ],
  teacher: {
    aim: "Learners take a latency apart, and see that a ratio from loopback does not carry over to a network.",
    wrong: [
      {
        says: "WebSocket takes 10 ms or more on one machine.",
        answer:
          "Within a machine a message takes from a few tenths of a millisecond to a few milliseconds. Anything above that is processes waiting for a CPU.",
      },
      {
        says: "With 80 ms of round trip it takes 160 ms.",
        answer:
          "One way up and one way down make one round trip: the recipient's copy does not wait for the sender's answer.",
      },
      {
        says: "Long polling takes two or three times as long.",
        answer:
          "Only for what comes while the next poll is on its way. Here a user gets one notification and one receipt a second, so that a poll is mostly there already.",
      },
    ],
    discuss: [
      "How far from your servers are your users, and would you have measured that?",
      "Whose time would a faster server save, and how much of the whole is it?",
    ],
    slide: {
      title: "One notification's way",
      boxes: ["sender's client", "link", "server", "link", "recipient's client"],
      below: "latency = publish + server + wait + client; the link is once in publish and once in wait",
    },
  },
};
