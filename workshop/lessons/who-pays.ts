import { listed } from "../../reports/prose/text.ts";
import { text } from "../block.ts";
import { amountText, areApart, type Figures, notApartText, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, Measure } from "../lesson.ts";
import { standing } from "../standing.ts";

const FOUR = ["websocket", "socketio", "sse", "long-polling"];
const HEAP = "memoryPerConnection.heapAndExternal.bytesPerConnection";
/** Of the guide's service: connected at once, and notifications a second in its busiest minute. */
const CONNECTED = 500;
const A_SECOND = 83;
/** Of the connected, who are enough to measure what a notification costs. */
const MEASURED = 100;

const measure =
  (experiment: string, metric: string) =>
  (transport: string): Measure => ({
    from: "trials",
    experiment,
    figure: { of: { transport, metric } },
  });
const each = (what: string, make: (transport: string) => Measure): Record<string, Measure> =>
  Object.fromEntries(FOUR.map((name) => [`${what} of ${name}`, make(name)]));
const bars = (what: string): Record<string, string> =>
  Object.fromEntries(FOUR.map((name) => [`${what} of ${name}`, name]));

/** About what a Node.js process takes before it does anything. */
const EMPTY_BYTES = 50 * 1_024 ** 2;

function memoryText(one: Seen): string {
  const all = one.value * CONNECTED;
  const beside =
    all < EMPTY_BYTES ? "less than the empty Node.js process" : "more than the empty Node.js process";
  return (
    `An idle WebSocket connection took ${seenText(one)} of heap and buffers. ${CONNECTED} of them take ${amountText(all, "bytes")}: ${beside}, which has some 50 MiB. ` +
    `With 100,000 connections it would be ${amountText(one.value * 100_000, "bytes")}, and your first question. That is extrapolated from 400, not measured.`
  );
}

function cpuText(websocket: Seen, polling: Seen): string {
  const load = ({ value }: Seen) => `${Number(((value * A_SECOND) / 10_000).toPrecision(2))} %`;
  const surprise = "; that WebSocket is the dearer one is not what this lab usually sees";
  const difference = areApart(websocket, polling)
    ? `A small service may choose by anything else; a large one pays this difference every hour${polling.value > websocket.value ? "" : surprise}.`
    : "Which of the two is dearer, this run does not tell, and a small service may choose by anything else.";
  return (
    `A notification took ${seenText(websocket)} of server CPU on WebSocket and ${seenText(polling)} on long polling, publish and receipt included. At ${A_SECOND} notifications a second, as here, that is ${load(websocket)} and ${load(polling)} of one CPU. ` +
    `${difference} (A feed shares work among its subscribers, and costs less for each delivery.)`
  );
}

/** Who is cheapest by CPU, as far as that can be told. */
function cheapestText(figures: Figures): string {
  const asked = whoPays.predictions[1];
  const found = asked?.kind === "choice" ? standing(asked, figures) : undefined;
  if (!found || "absent" in found)
    return "Which one is cheapest by CPU could not be told here: a figure is missing.";
  const names = listed(found.best);
  if (found.how === "alone")
    return `The cheapest by CPU was ${names}, and the intervals tell it apart from the others.`;
  return found.how === "few"
    ? "Which is cheapest by CPU can't be told of so few blocks."
    : `By CPU ${names} can't be told apart in so short a run: their intervals overlap. A longer one might, and then the question is whether so small a difference matters to you.`;
}

function libraryText(sse: Seen, websocket: Seen): string {
  if (!areApart(sse, websocket))
    return `By memory SSE took ${seenText(sse)} and WebSocket ${seenText(websocket)}, ${notApartText(sse, websocket)}. Libraries differ more than protocols do.`;
  const times = `SSE took ${Number((sse.value / websocket.value).toPrecision(2))} times WebSocket's memory.`;
  return sse.value > websocket.value
    ? `${times} This lesson does not measure why. A likely cause is the library on it (better-sse) and not the protocol, which is plain text on an HTTP answer: "notif-lab bench --transports sse,sse:raw --scenarios idle" shows what the library takes.`
    : `${times} Libraries differ more than protocols do.`;
}

/** Memory of a connection, CPU and bytes of a notification. */
export const whoPays: Lesson = {
  number: 4,
  title: "Who pays?",
  intro: [
    "A connection that says nothing costs memory. A notification costs CPU and bytes: its publish, its delivery and its receipt. Which of the two makes your bill depends on the service, " +
      "and so does the transport that keeps it small.",
    `The guide that this lab began with has 5,000 daily users, ${CONNECTED} connected at once, who publish at most 10 notifications a minute each: about ${A_SECOND} a second.`,
  ],
  predictions: [
    {
      kind: "number",
      id: "memory",
      asks: "How much memory of a Node.js server does one idle WebSocket connection take (heap and buffers)?",
      unit: "KiB",
      measure: "memory of websocket",
    },
    {
      kind: "choice",
      id: "cheapest",
      asks: "Which transport takes the least server CPU for a notification, from publish to receipt?",
      options: FOUR.map((name) => ({ name, measure: `cpu of ${name}` })),
      wins: "lowest",
    },
    {
      kind: "number",
      id: "cpu",
      asks: "How many times as much server CPU does a notification take on long polling as on WebSocket?",
      unit: "times",
      measure: "cpu ratio",
    },
  ],
  experiments: [
    {
      kind: "trials",
      id: "silent",
      setup: { scenario: "idle", connections: 400, duration: 0.5 },
      transports: FOUR,
    },
    // One to one, with receipts, at the service's own rate and length: a feed shares work among its subscribers, and a busier server wakes up less often.
    {
      kind: "trials",
      id: "service",
      setup: { scenario: "notify", connections: MEASURED, rate: A_SECOND, payload: 1_000, duration: 1.5 },
      transports: FOUR,
      mindsNoise: true,
    },
  ],
  running: `The lab holds 400 silent connections on each of four transports, and then ${MEASURED} users notify one another ${A_SECOND} times a second.`,
  measures: {
    ...each("memory", measure("silent", HEAP)),
    ...each("cpu", measure("service", "cpu")),
    ...each("bytes", measure("service", "bytes")),
    "cpu ratio": {
      from: "trials",
      experiment: "service",
      figure: {
        of: { transport: "long-polling", metric: "cpu" },
        over: { transport: "websocket", metric: "cpu" },
      },
    },
  },
  charts: [
    { title: "Heap and external memory for each idle connection", bars: bars("memory") },
    { title: "Server CPU for each notification, publish and receipt included", bars: bars("cpu") },
    { title: "TCP payload for each notification, publish and receipt included", bars: bars("bytes") },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["memory of websocket"],
        ({ "memory of websocket": memory }) => memoryText(memory),
        "An idle connection takes some ten to thirty KiB of heap and buffers. For 500 connections that is less than the empty Node.js process; for 100,000 it is your first question.",
      ),
    ),
    text(
      told(
        figures,
        ["cpu of websocket", "cpu of long-polling"],
        ({ "cpu of websocket": websocket, "cpu of long-polling": polling }) => cpuText(websocket, polling),
        "A notification costs some hundred microseconds of server CPU, publish and receipt included. At 83 a second that is a few per cent of one CPU on any transport: a small service may choose by anything else.",
      ),
    ),
    text(cheapestText(figures)),
    text(
      told(
        figures,
        ["memory of sse", "memory of websocket"],
        ({ "memory of sse": sse, "memory of websocket": websocket }) => libraryText(sse, websocket),
        "Libraries differ more than protocols do, by memory most of all.",
      ),
    ),
    text(
      "The bytes above are those of notifications. A silent connection sends bytes as well: a heartbeat, here every 10 s, which is too seldom for a lesson to count. The second command below takes longer and counts them.",
    ),
  ],
  check: {
    asks: "500 connected users, 83 notifications a second. What does the choice of transport change most on your bill?",
    options: [
      "The number of servers",
      "Hardly anything: one small server carries it on each of these transports",
      "The memory, which grows to several GiB",
    ],
    right: 1,
    because:
      "Some MiB and a few per cent of one CPU. Size first, and then choose by what differs at that size.",
  },
  further: [
    ["notif-lab bench --scenarios seed", "the guide's service on all transports, as a sheet to send round"],
    [
      "notif-lab bench --scenarios idle --transports websocket,socketio,sse,long-polling",
      "what a silent connection costs, with its bytes an hour",
    ],
    ["notif-lab capacity --slo 'p99 < 50ms, lost = 0'", "how far one server goes"],
    ["notif-lab claims run seed-1gb --quick", '"150 connections = 1 GB", tried'],
  ],
  teacher: {
    aim: "Learners size a service from two figures of their own, and see which of the costs matters at which size.",
    wrong: [
      {
        says: "A connection takes a megabyte or more.",
        answer:
          "A thread for each connection, as in some servers, may. Here it is an object, two buffers and a socket.",
      },
      {
        says: "5,000 users need a cluster.",
        answer: "Multiply: notifications a second times microseconds. For one CPU it is small change.",
      },
      {
        says: "Long polling takes ten times the CPU.",
        answer: "It answers some requests for every notification, which costs a few times as much, not ten.",
      },
    ],
    discuss: [
      "At which number of connections does memory become your limit, and at which rate does CPU?",
      "What else do users cost that is not in these figures? (TLS, tokens, a database, logs.)",
    ],
    slide: {
      title: "Two bills",
      boxes: ["count users and rate", "measure one of each", "multiply", "servers", "choose"],
      below: "memory: connections x bytes of each; CPU: notifications a second x microseconds of each",
    },
  },
};
