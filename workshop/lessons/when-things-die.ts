import { listed } from "../../reports/prose/text.ts";
import { text } from "../block.ts";
import { amountText, type Seen, seenText, told } from "../figures.ts";
import type { Lesson, Measure } from "../lesson.ts";

const count = (experiment: string, transport: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport, metric }, as: "none" },
});
const value = (experiment: string, transport: string, metric: string): Measure => ({
  from: "trials",
  experiment,
  figure: { of: { transport, metric } },
});

/** A first try comes after 1.3 s at the latest. */
const ONE_TRY_SECONDS = 1.5;
const LIMIT_BYTES = 1_024 ** 2;

function stormText(storm: Seen): string {
  const pause =
    "the clients' own pause of a second before they try again, made up to 30 % longer or shorter at random (jitter), so that they don't all come at the same moment";
  return (
    `The last client was back after ${seenText(storm)}. ` +
    (storm.value < ONE_TRY_SECONDS
      ? `Nearly all of that is ${pause}. `
      : `That is longer than ${pause}: some needed a second try, or your machine took long to let them in. `) +
    "Without jitter everybody would hit the server at once, and again at every further try."
  );
}

function heldText(held: Seen, cut: Seen): string {
  const many = Math.round(cut.value);
  return (
    `For a reader that had stopped the server held ${seenText(held)} at most, and it cut off ${many === 0 ? "no such reader" : `${amountText(many, "count")} such ${many === 1 ? "reader" : "readers"}`}. Its limit is 1 MiB` +
    (held.value > LIMIT_BYTES ? "; the message that would go beyond is counted before it is refused" : "") +
    ". Without one, at 1.6 MiB a second, it would hold a GiB after eleven minutes, for a laptop that sleeps."
  );
}

/** What a transport lost in its worst block, and how much of it without notice. */
interface Losses {
  readonly on: string;
  readonly lost: Seen;
  readonly unsaid: Seen;
}

function lostText(websocket: Losses, mqtt: Losses): string {
  const said = `After the tunnel WebSocket had lost ${amountText(websocket.lost.value, "count")} deliveries in its worst block, MQTT ${amountText(mqtt.lost.value, "count")}.`;
  const why =
    mqtt.lost.value > websocket.lost.value
      ? `The WebSocket client says which notification it had last, and ${websocket.lost.value === 0 ? "gets the rest" : "should get the rest; here some is missing all the same, and why, this lesson does not measure"}. The MQTT client here has no cursor: MQTT's own means are QoS 1 and a session that the broker keeps for a client that asks for it.`
      : "On your machine that is no more than on WebSocket, which is not what this lab usually sees: an MQTT client without a kept session gets nothing of what it missed.";
  return `${said} ${why}${noticeText([websocket, mqtt])}`;
}

/** Whether clients learn of what was lost; nothing where nothing was. */
function noticeText(all: readonly Losses[]): string {
  const lossy = all.filter(({ lost }) => lost.value > 0);
  if (lossy.length === 0) return "";
  const silent = lossy.filter(({ unsaid }) => unsaid.value > 0);
  return silent.length === 0
    ? ` None of ${listed(lossy.map(({ on }) => `${on}'s`))} losses was without notice: the client learns that something is missing, and an application can fetch it.`
    : ` ${listed(silent.map(({ on, unsaid }) => `${amountText(unsaid.value, "count")} of ${on}'s`))} losses were without notice, which is worse than a loss that is told.`;
}

/** Reconnection, resumption, duplicates and readers that have stopped. */
export const whenThingsDie: Lesson = {
  number: 6,
  title: "When things die",
  intro: [
    "Connections break. The clients here try 5 times, about a second apart and not all at the same moment, and those that can resume name the last notification that they have, so that the " +
      "server sends what came after it (it keeps the last 1,000 of each channel).",
    "Three accidents: all 100 connections are reset at once; a tunnel, in which nothing passes for 2 s before the connections break; and a reader that has stopped reading but " +
      "has not gone.",
  ],
  predictions: [
    {
      kind: "number",
      id: "storm",
      asks: "All 100 WebSocket connections are reset at once. After how many seconds is the last client back?",
      unit: "s",
      measure: "storm",
    },
    {
      kind: "choice",
      id: "lost",
      asks: "After the tunnel: on which transport are more notifications lost for good?",
      options: [
        { name: "websocket", measure: "lost on websocket" },
        { name: "mqtt", measure: "lost on mqtt" },
      ],
      wins: "highest",
    },
    {
      kind: "number",
      id: "held",
      asks: "One reader in ten stops reading a feed of 100 messages of 16 KiB a second. How much does the server hold for such a reader at most?",
      unit: "KiB",
      measure: "held",
    },
  ],
  experiments: [
    {
      kind: "trials",
      id: "storm",
      // One of them publishes, past the link, and is not reset.
      setup: { scenario: "reconnect-storm", connections: 101, rate: 20, duration: 8 },
      transports: ["websocket"],
    },
    {
      kind: "trials",
      id: "tunnel",
      // Likewise one publishes, outside of the tunnel.
      setup: { scenario: "resume", connections: 21, rate: 50, duration: 7 },
      transports: ["websocket", "mqtt"],
    },
    {
      kind: "trials",
      id: "slow readers",
      setup: { scenario: "slow-consumer", connections: 22, rate: 100, duration: 6 },
      transports: ["websocket"],
    },
  ],
  running:
    "The lab resets 100 connections, sends 20 clients through a tunnel on two transports, and lets two of 21 readers stop.",
  measures: {
    storm: value("storm", "websocket", "outage"),
    "lost on websocket": count("tunnel", "websocket", "lost"),
    "lost on mqtt": count("tunnel", "mqtt", "lost"),
    "unsaid on websocket": count("tunnel", "websocket", "resumption.undeclaredLost"),
    "unsaid on mqtt": count("tunnel", "mqtt", "resumption.undeclaredLost"),
    "twice on websocket": count("tunnel", "websocket", "duplicated"),
    "twice on mqtt": count("tunnel", "mqtt", "duplicated"),
    held: value("slow readers", "websocket", "mostHeldBytes"),
    "cut off": count("slow readers", "websocket", "slowDisconnects"),
  },
  charts: [
    {
      title: "Deliveries lost after the tunnel, in the worst block",
      bars: { "lost on websocket": "websocket", "lost on mqtt": "mqtt" },
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["storm"],
        ({ storm }) => stormText(storm),
        "Clients wait about a second before they try again, a little longer or shorter at random (jitter), so that they don't all hit the server at the same moment, and again at every further try.",
      ),
    ),
    text(
      told(
        figures,
        ["lost on websocket", "lost on mqtt", "unsaid on websocket", "unsaid on mqtt"],
        (seen) =>
          lostText(
            { on: "WebSocket", lost: seen["lost on websocket"], unsaid: seen["unsaid on websocket"] },
            { on: "MQTT", lost: seen["lost on mqtt"], unsaid: seen["unsaid on mqtt"] },
          ),
        "A client with a cursor says which notification it had last, and gets the rest. A client without one must at least learn that something is missing: a loss without notice is worse than one that is told.",
      ),
    ),
    text(
      told(
        figures,
        ["twice on websocket", "twice on mqtt"],
        ({ "twice on websocket": websocket, "twice on mqtt": mqtt }) =>
          websocket.value + mqtt.value === 0
            ? "Nothing came twice. At-least-once delivery would allow it, and a client should know each notification by its id in any case: a repeat is easy to drop, a loss is not easy to mend."
            : `${amountText(Math.max(websocket.value, mqtt.value), "count")} deliveries came twice in the worst block. At-least-once delivery allows that: drop repeats by the notification's id.`,
        "Deliveries may come twice after a reconnection, as at-least-once delivery allows: drop repeats by the notification's id.",
      ),
    ),
    text(
      told(
        figures,
        ["held", "cut off"],
        ({ held, "cut off": cut }) => heldText(held, cut),
        "A server needs a limit for what it holds for a reader that has stopped, here 1 MiB. Without one, at 1.6 MiB a second, it would hold a GiB after eleven minutes, for a laptop that sleeps.",
      ),
    ),
  ],
  check: {
    asks: "Your clients reconnect after exactly one second. A load balancer with 50,000 connections is replaced. What do you change first?",
    options: [
      "Nothing: they come back within a second",
      "The server: ten times as many CPUs",
      "The pause: random, and longer after each failure",
    ],
    right: 2,
    because:
      "50,000 handshakes at one moment are the accident. Spread over ten seconds they are 5,000 a second, and clients that fail come back even later.",
  },
  further: [
    [
      "notif-lab bench --scenarios resume,server-restart,slow-consumer --quick",
      "a tunnel, a server's restart and slow readers, on all six",
    ],
    ["notif-lab demo", "press Cut and Stall, and read what each column says"],
    ["notif-lab bench --scenarios reconnect-storm --connections 1000", "a larger storm"],
  ],
  teacher: {
    aim: "Learners know what a client must do after a break, and what a server must refuse to do.",
    wrong: [
      {
        says: "They are back in a few milliseconds.",
        answer: "They could be. They wait on purpose: think of what would happen if 50,000 of them did not.",
      },
      {
        says: "TCP guarantees delivery, so nothing is lost.",
        answer:
          "TCP guarantees bytes in order on one connection. What was written to a connection that then broke may be gone.",
      },
      {
        says: "The server holds everything until the reader comes back.",
        answer: "For how long, and for how many readers? Multiply.",
      },
    ],
    discuss: [
      "What may your application lose, what may come twice, and who finds out?",
      "Which limit would you set for a slow reader: cut it off, or drop its oldest messages?",
    ],
    slide: {
      title: "After a break",
      boxes: ["notice", "wait (random)", "connect", "say what you have", "get the rest"],
      below: "notice: heartbeat; wait: jitter; say: cursor; rest: replay window",
    },
  },
};
