import { text } from "../block.ts";
import { areApart, besideLinkText, notApartText, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, LessonExperiment, Measure } from "../lesson.ts";

const LOSSY = "delay=25ms,loss=2%";

/**
 * So many because a client over HTTP sends one request at a time, two for each notification: here each waits for answers 20 % of its time. With few
 * users the figure would be the client's own queue.
 */
const on3g: LessonExperiment = {
  kind: "trials",
  id: "3g",
  setup: { scenario: "notify", connections: 90, rate: 30, payload: 200, link: "3g", duration: 4 },
  transports: ["websocket", "long-polling"],
};

/** A feed over a link that delays one chunk in fifty by 200 ms, as a retransmission does. */
const feedAt = (id: string, rate: number, duration: number): LessonExperiment => ({
  kind: "trials",
  id,
  setup: { scenario: "fan-out", connections: 8, rate, payload: 100, link: LOSSY, duration },
  transports: ["websocket"],
});

const of = (experiment: string, transport: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport, metric } },
});

const FEW_FOR_EACH =
  "each user gets little, so that a poll is mostly there already. The more comes for each, the likelier it waits for the next poll, up to 300 ms.";

/** A ratio up to this is only a little more than the same. */
const LITTLE = 1.25;

/** Whether long polling took longer, as far as the blocks tell. */
function ratioText(ratio: Seen): string {
  const said = `Long polling's was ${seenText(ratio)} WebSocket's`;
  const { interval } = ratio;
  if (!interval) return `${said}. So few blocks don't tell whether that differs from the same.`;
  if (interval.low > 1.05)
    return `${said}. What came while a poll was on its way waited for the next one, up to 300 ms, and a user's request waited for the answer to the one before.`;
  // Of a wide interval the lower end says nothing of how much.
  const isLittle = interval.high <= LITTLE;
  if (interval.low > 1)
    return `${said}, ${isLittle ? `a little more: ${FEW_FOR_EACH}` : "which is more; by how much, these blocks hardly tell."}`;
  if (interval.high < 1)
    return `${said}, which is less, and not what this lab usually sees: look whether your machine kept up.`;
  return `${said}, which these blocks don't tell apart from the same${isLittle ? `: ${FEW_FOR_EACH}` : "."}`;
}

const BEHIND =
  "Behind one chunk that waits 200 ms there are 8 others at 40 a second, and 40 at 200 a second: the more you send on one connection, the more waits behind each loss.";

/** Whether the quicker feed waited longer. */
function rateText(slow: Seen, quick: Seen): string {
  const both = `The median was ${seenText(slow)} at 40 a second and ${seenText(quick)} at 200`;
  if (!areApart(slow, quick))
    return `${both}, ${notApartText(slow, quick)}. ${BEHIND} A longer run shows it.`;
  return quick.value > slow.value
    ? `The link held up the same share of chunks for both feeds, and yet the median went from ${seenText(slow)} to ${seenText(quick)} with the rate. ${BEHIND} At 200 a second somebody is nearly always waiting.`
    : `${both}: lower, which is not what such a link does by arithmetic. Look whether your machine kept up. ${BEHIND}`;
}

/** Slow links, and what a lost packet does to those behind it. */
export const badNetworks: Lesson = {
  number: 5,
  title: "Bad networks",
  intro: [
    "A phone on 3G has a round trip of 300 ms and a narrow pipe. A radio link loses packets; TCP sends a lost one again after a round trip at best, often after 200 ms or more, and everything " +
      "behind it on the same connection waits: head-of-line blocking. No transport on TCP escapes that: not WebSocket, not HTTP/2, not MQTT.",
    "First 90 people notify one another over 3G, 30 times a second in all. Then a feed crosses a link that holds up one chunk in fifty for 200 ms: once with few notifications a second, and once with many.",
  ],
  predictions: [
    {
      kind: "number",
      id: "3g",
      asks: "Over 3G: the median latency on WebSocket?",
      unit: "ms",
      measure: "websocket on 3g",
    },
    {
      kind: "number",
      id: "polling",
      asks: "Over 3G: how many times as long is the median on long polling?",
      unit: "times",
      measure: "ratio on 3g",
    },
    {
      kind: "choice",
      id: "late",
      asks: "With 2 % of chunks held up: which feed has the higher median latency?",
      options: [
        { name: "the slow feed, 40 a second", measure: "slow p50" },
        { name: "the quick feed, 200 a second", measure: "quick p50" },
      ],
      wins: "highest",
    },
  ],
  experiments: [on3g, feedAt("slow feed", 40, 8), feedAt("quick feed", 200, 2)],
  running:
    "The lab puts a relay between clients and server that imitates 3G, and then one that holds up chunks.",
  measures: {
    "websocket on 3g": of("3g", "websocket", "p50"),
    "polling on 3g": of("3g", "long-polling", "p50"),
    "ratio on 3g": {
      from: "trials",
      experiment: "3g",
      figure: {
        of: { transport: "long-polling", metric: "p50" },
        over: { transport: "websocket", metric: "p50" },
      },
    },
    "slow p50": of("slow feed", "websocket", "p50"),
    "slow p90": of("slow feed", "websocket", "p90"),
    "quick p50": of("quick feed", "websocket", "p50"),
    "quick p90": of("quick feed", "websocket", "p90"),
  },
  charts: [
    {
      title: "Median delivery latency over 3G",
      bars: { "websocket on 3g": "websocket", "polling on 3g": "long-polling" },
    },
    {
      title: "WebSocket, with 2 % of chunks held up for 200 ms",
      bars: {
        "slow p50": "40 a second, median",
        "slow p90": "40 a second, p90",
        "quick p50": "200 a second, median",
        "quick p90": "200 a second, p90",
      },
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["websocket on 3g", "ratio on 3g"],
        ({ "websocket on 3g": websocket, "ratio on 3g": ratio }) =>
          `Over 3G WebSocket's median was ${seenText(websocket)}: 150 ms up, 150 ms down, and ${besideLinkText(websocket, 300_000)}. ${ratioText(ratio)}`,
        "Over 3G a notification takes 150 ms up and 150 ms down. What comes while a poll is on its way waits for the next one, up to 300 ms more.",
      ),
    ),
    text(
      told(
        figures,
        ["slow p50", "quick p50"],
        ({ "slow p50": slow, "quick p50": quick }) => rateText(slow, quick),
        BEHIND,
      ),
    ),
    text(
      "The relay imitates what loss looks like from above TCP, and holds up each chunk for 200 ms. Real TCP is kinder to the quick feed: it sends a lost segment again as soon as three later ones have arrived (fast retransmit, RFC 5681, 3.2), " +
        'which takes little more than a round trip where much is sent, and waits for its timer, 200 ms and more, where little is. More waits behind each loss all the same. Real loss needs root: "--link drop=2%" lets the kernel drop segments. A transport on QUIC (WebTransport, HTTP/3) holds up only the streams whose ' +
        "data was in the packet; of several connections, as browsers open for HTTP/1.1, only one waits.",
    ),
  ],
  check: {
    asks: "You put all of a page's channels on one WebSocket. What does a lost packet hold up?",
    options: [
      "Everything on that connection, until the packet has been sent again",
      "The channel whose message was in it",
      "Nothing: WebSocket repeats it by itself",
    ],
    right: 0,
    because:
      "TCP delivers bytes in order. It doesn't know about channels, and a frame behind the gap can't be read before the gap is filled.",
  },
  further: [
    ["notif-lab bench --link 3g --quick", "all six transports over 3G"],
    [
      "notif-lab sweep --over loss=0,1,2,5 --transports websocket,grpc",
      "over more and more loss, in per cent",
    ],
    ["notif-lab demo", "give all columns the link satellite, and see which falls behind"],
  ],
  teacher: {
    aim: "Learners tell delay from loss, and see why busy connections suffer more from each loss.",
    wrong: [
      {
        says: "3G is 150 ms.",
        answer: "One way is. A notification goes up to the server and down to somebody else.",
      },
      {
        says: "2 % of loss makes 2 % of the deliveries late.",
        answer:
          "Count what waits behind each: rate times 200 ms with this relay; less with real TCP, which mends a busy connection's losses sooner.",
      },
      {
        says: "HTTP/2 has solved head-of-line blocking.",
        answer: "Only that of requests behind requests. Below them is one TCP connection.",
      },
    ],
    discuss: [
      "What would help you: a second connection, a lower rate, or several notifications in one message?",
      "Which of your users are on such links, and how would you know?",
    ],
    slide: {
      title: "Head of the line",
      boxes: ["5", "4", "3", "2 (lost)", "1"],
      below: "3, 4 and 5 have arrived, and nobody may read them before 2",
    },
  },
};
