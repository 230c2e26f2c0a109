import { text } from "../block.ts";
import { amountText, areApart, notApartText, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, Measure } from "../lesson.ts";

const PAIR = ["websocket", "long-polling"];

const value = (experiment: string, transport: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport, metric } },
});
const count = (experiment: string, transport: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport, metric }, as: "none" },
});

/** A first try comes after 1.3 s at the latest, and takes some time to connect. */
const ONE_TRY_SECONDS = 2;

function backText(websocket: Seen, polling: Seen): string {
  const isLate = Math.max(websocket.value, polling.value) > ONE_TRY_SECONDS;
  return (
    `When the node died, the last of its clients was back after ${seenText(websocket)} on WebSocket and ${seenText(polling)} on long polling. A killed process's sockets are closed by the kernel, so that clients notice at once, ` +
    `wait about a second and connect through the balancer to a node that lives${isLate ? "; here somebody needed more than one try, or your machine took long to let them in" : ""}. ` +
    "Had the machine vanished, nobody would have closed anything: then the heartbeat decides, which asks after 10 s of silence and gives up 5 s later."
  );
}

function lostText(websocket: Seen, polling: Seen, roll: Seen): string {
  return (
    `By the death ${amountText(websocket.value, "count")} deliveries were lost on WebSocket and ${amountText(polling.value, "count")} on long polling, by the roll-out ${amountText(roll.value, "count")} on WebSocket, in the worst block of each. The log of each channel is in Redis and not in the node, so that a client can resume with its cursor on any other. ` +
    (websocket.value + polling.value + roll.value === 0
      ? "That is why nothing is missing though a process was killed in the middle of its work."
      : "What is missing was accepted, and some clients did not get it when they came back; why, this lesson does not measure.")
  );
}

/** Several nodes, what they share, and what happens when one goes. */
export const beyondOneNode: Lesson = {
  number: 7,
  title: "Beyond one node",
  intro: [
    "Three server processes stand behind a load balancer (HAProxy). Ann may be on one and Bob on another, so the nodes have to tell one another what is published: the backplane, here Redis. " +
      "A client that speaks in several requests, as long polling does, has its session on one node and must be sent there each time: stickiness.",
    "One of the nodes is killed without a word; its clients connect again, to others. Then a new version is rolled out: each node in turn sends its clients away and restarts.",
  ],
  predictions: [
    {
      kind: "number",
      id: "back",
      asks: "A node is killed. After how many seconds is the last of its WebSocket clients back on another node?",
      unit: "s",
      measure: "back on websocket",
    },
    {
      kind: "choice",
      id: "other",
      asks: "Which takes longer at the median: a notification from the same node, or one over the backplane?",
      options: [
        { name: "same node", measure: "same node" },
        { name: "over the backplane", measure: "other node" },
      ],
      wins: "highest",
    },
    {
      kind: "number",
      id: "lost",
      asks: "How many deliveries are lost for good when the node is killed (59 subscribers, 50 notifications a second)?",
      unit: "messages",
      measure: "lost on websocket",
    },
  ],
  experiments: [
    {
      kind: "trials",
      id: "node death",
      setup: { scenario: "node-death", connections: 60, rate: 50, duration: 6 },
      transports: PAIR,
    },
    {
      kind: "trials",
      id: "nothing dies",
      setup: { scenario: "node-death", connections: 60, rate: 50, duration: 6 },
      faults: [],
      transports: ["websocket"],
    },
    {
      kind: "trials",
      id: "rolling restart",
      setup: { scenario: "rolling-restart", connections: 60, rate: 50, duration: 10 },
      transports: ["websocket"],
    },
  ],
  running:
    "The lab starts Redis, HAProxy and three nodes for each trial: it kills one, lets all live, and rolls out a restart.",
  measures: {
    "back on websocket": value("node death", "websocket", "outage"),
    "back on long-polling": value("node death", "long-polling", "outage"),
    "lost on websocket": count("node death", "websocket", "lost"),
    "lost on long-polling": count("node death", "long-polling", "lost"),
    "same node": value("nothing dies", "websocket", "cluster.sameNodeP50Us"),
    "other node": value("nothing dies", "websocket", "cluster.otherNodeP50Us"),
    "lost in the roll-out": count("rolling restart", "websocket", "lost"),
  },
  charts: [
    {
      title: "From the node's death until its last client is back",
      bars: { "back on websocket": "websocket", "back on long-polling": "long-polling" },
    },
    {
      title: "Median delivery latency on WebSocket",
      bars: { "same node": "same node", "other node": "over the backplane" },
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["back on websocket", "back on long-polling"],
        ({ "back on websocket": websocket, "back on long-polling": polling }) => backText(websocket, polling),
        "A killed process's sockets are closed by the kernel, so that clients notice at once, wait about a second and connect through the balancer to a node that lives. Had the machine vanished, the heartbeat would decide.",
      ),
    ),
    text(
      told(
        figures,
        ["lost on websocket", "lost on long-polling", "lost in the roll-out"],
        (seen) =>
          lostText(seen["lost on websocket"], seen["lost on long-polling"], seen["lost in the roll-out"]),
        "The log of each channel is in Redis and not in the node, so that a client can resume with its cursor on any other. That is why nothing needs to be missing though a process is killed in the middle of its work.",
      ),
    ),
    text(
      told(
        figures,
        ["same node", "other node"],
        ({ "same node": same, "other node": other }) =>
          `While all nodes lived, a notification from the subscriber's own node took ${seenText(same)}, one from another node ${seenText(other)}` +
          (areApart(same, other)
            ? `. Both went to Redis and came back from it, so what lies between them is which processes had to wait for a CPU, ${other.value > same.value ? "and that the own node is awake already when its answer comes." : "and not the way they took."}`
            : `, ${notApartText(same, other)}.`) +
          " Here every publish goes to Redis first, even if the recipient is on the same node; that keeps one order for all, and makes both ways alike. Between machines it is two ways through the network more, for both.",
        "Every publish goes to Redis first, even if the recipient is on the same node: that keeps one order for all, and makes both ways alike. Between machines it is two ways through the network more, for both.",
      ),
    ),
    text(
      "Stickiness: WebSocket needs none, one connection is one session. Long polling and Socket.IO's polling need it; without it a node answers that it does not know the session. Stickiness also keeps new nodes empty after scaling out. " +
        "This lesson does not measure that; the last command below takes the stickiness away.",
    ),
  ],
  check: {
    asks: "You add a fourth node to three busy ones with long-lived WebSocket connections. What does it do in the first minutes?",
    options: [
      "Little: open connections stay where they are",
      "A quarter of the work",
      "Everything, until the others are idle",
    ],
    right: 0,
    because:
      'A balancer decides only when a connection is opened. Clients have to be sent away, a few at a time, before the new node helps: "notif-lab serve websocket --drain 30" does so when it is told to end.',
  },
  further: [
    ["notif-lab bench --scenarios node-death,rolling-restart,scale-out", "these on all six transports"],
    ["notif-lab serve websocket --backplane redis://127.0.0.1", "a node of your own"],
    ["notif-lab doctor", "which of redis-server, haproxy and nginx are installed"],
    [
      "notif-lab bench --scenarios notify --transports websocket,long-polling --nodes 3 --balancer haproxy --no-sticky --quick",
      "without stickiness: what becomes of long polling, and of WebSocket",
    ],
  ],
  teacher: {
    aim: "Learners know what state has to leave the node before there can be two, and what a balancer does not do.",
    wrong: [
      {
        says: "It takes as long as the process needs to start again.",
        answer: "Its clients don't wait for it: the other nodes go on serving.",
      },
      {
        says: "Everything that is published in that second is lost.",
        answer: "It is in Redis, and clients come back with a cursor.",
      },
      {
        says: "A load balancer spreads the load.",
        answer: "It spreads new connections. These may live for days.",
      },
    ],
    discuss: [
      "What does your service do while Redis is away: refuse, or lose?",
      "How long may a roll-out take if each node sends its clients away over a minute?",
    ],
    slide: {
      title: "Three nodes",
      boxes: ["clients", "balancer", "nodes", "backplane", "log"],
      below: "what has to be known everywhere must not live in one process",
    },
  },
};
