import { text } from "../block.ts";
import { type Figures, told } from "../figures.ts";
import type { JourneyCount, Lesson, Measure } from "../lesson.ts";

const SIX = ["websocket", "socketio", "sse", "long-polling", "grpc", "mqtt"];

const journey = (transport: string, counts: JourneyCount, over?: string): Measure => ({
  from: "journey",
  experiment: "journey",
  transport,
  counts,
  ...(over === undefined ? {} : { over }),
});

const HANDSHAKE =
  "TCP's own handshake is one round trip more for each connection; it carries none of these bytes, and is not counted here.";

function openingText(figures: Figures): string {
  const opening = told(
    figures,
    ["opening of websocket", "opening of long-polling"],
    ({ "opening of websocket": websocket, "opening of long-polling": polling }) =>
      `Before that, it took ${websocket.value} on WebSocket and ${polling.value} on long polling until both people were connected and followed their channels. `,
    "",
  );
  return opening + HANDSHAKE;
}

/** One notification on each transport, byte by byte. */
export const sixWays: Lesson = {
  number: 1,
  title: "One notification, six ways",
  intro: [
    "Ann sends Bob a notification of 15 characters, 'Deploy finished'. The server acknowledges it to Ann and delivers it to Bob; Bob marks it as read, " +
      "and a receipt goes back to Ann. The service is the same on every transport. What differs is how its messages are put on a connection.",
    "A transport sends more than the text: an envelope (who, when, to which channel), framing (what the protocol needs to tell where a message ends and what it is), " +
      "and with HTTP the header fields of every request and answer.",
    "And it takes round trips: one side asks, the other answers, and over a network the one who asked has to wait.",
  ],
  predictions: [
    {
      kind: "number",
      id: "websocket",
      asks: "How many bytes does all of this take on WebSocket connections that are already open, from Ann's publish to her receipt?",
      unit: "bytes",
      measure: "websocket",
    },
    {
      kind: "number",
      id: "polling",
      asks: "How many times as many bytes does long polling take?",
      unit: "times",
      measure: "polling over websocket",
    },
    {
      kind: "choice",
      id: "fewest",
      asks: "Which transport takes the fewest bytes?",
      options: SIX.map((name) => ({ name, measure: name })),
      wins: "lowest",
    },
  ],
  experiments: [{ kind: "journey", id: "journey", transports: SIX }],
  drawn: ["websocket", "long-polling"],
  running: "The lab sends this one notification on each transport and records every byte in between.",
  measures: {
    ...Object.fromEntries(SIX.map((name) => [name, journey(name, "bytes")])),
    "polling over websocket": journey("long-polling", "bytes", "websocket"),
    ...Object.fromEntries(SIX.map((name) => [`round trips of ${name}`, journey(name, "round trips")])),
    ...Object.fromEntries(SIX.map((name) => [`opening of ${name}`, journey(name, "opening")])),
    "messages of websocket": journey("websocket", "messages"),
    "messages of polling": journey("long-polling", "messages"),
    text: journey("websocket", "text"),
  },
  charts: [
    {
      title: "Bytes from publish to receipt, both ways, TCP payload",
      bars: Object.fromEntries(SIX.map((name) => [name, name])),
    },
    {
      title: "Round trips from publish to receipt: how often somebody asked and was answered",
      bars: Object.fromEntries(SIX.map((name) => [`round trips of ${name}`, name])),
    },
    {
      title: "Round trips before that, until Ann and Bob are connected and follow their channels",
      bars: Object.fromEntries(SIX.map((name) => [`opening of ${name}`, name])),
    },
  ],
  explain: (figures) => [
    text(
      told(
        figures,
        ["websocket", "text"],
        ({ websocket, text: own }) =>
          `On WebSocket ${websocket.value.toLocaleString("en-US")} bytes were sent. ${own.value} of them are the characters that Ann wrote, counted each time they crossed a connection: ` +
          `${Math.round((100 * own.value) / websocket.value)} %. A WebSocket frame adds only 2 to 8 bytes of its own (RFC 6455, 5.2); nearly all else is the application's JSON envelope, ` +
          "which every transport here has to carry in some form.",
        "A WebSocket frame adds only 2 to 8 bytes of its own (RFC 6455, 5.2); nearly all else is the application's JSON envelope, which every transport here has to carry in some form.",
      ),
    ),
    text(
      told(
        figures,
        ["polling over websocket", "messages of websocket", "messages of polling"],
        ({ "polling over websocket": ratio, "messages of websocket": few, "messages of polling": many }) =>
          `Long polling took ${ratio.value.toFixed(1)} times as many, in ${many.value} messages against ${few.value}: each publish and each mark is a request with header fields, ` +
          "each has an answer with more of them, and each delivery ends a poll, so that the next one has to be sent. The text is the same; the header fields are sent again and again.",
        "Long polling sends header fields with every request and answer, and asks again after each delivery. The text is the same; the header fields are sent again and again.",
      ),
    ),
    text(
      told(
        figures,
        ["round trips of websocket", "round trips of long-polling"],
        ({ "round trips of websocket": few, "round trips of long-polling": many }) =>
          `From publish to receipt there were ${few.value} round trips on WebSocket and ${many.value} on long polling` +
          (many.value > few.value
            ? ": there each delivery is the answer to a poll that was sent before. The poll is there already, so this notification does not wait for it; but then a new poll has to be sent, and the next notification may have to wait for that. "
            : ", no more than on WebSocket, which is not what this lab usually sees: on long polling each delivery is the answer to a poll. ") +
          openingText(figures),
        `On long polling each delivery is the answer to a poll, and the next delivery needs a new poll. ${HANDSHAKE}`,
      ),
    ),
    text(
      told(
        figures,
        ["grpc", "mqtt", "websocket"],
        ({ grpc, mqtt, websocket }) => {
          const took = { gRPC: grpc, MQTT: mqtt, WebSocket: websocket };
          const [fewest] = Object.entries(took).sort(([, a], [, b]) => a.value - b.value);
          return (
            `Of the binary protocols gRPC took ${grpc.value.toLocaleString("en-US")} bytes and MQTT ${mqtt.value.toLocaleString("en-US")}; of gRPC, MQTT and WebSocket, ${fewest?.[0]} took the fewest. ` +
            "Protobuf writes numbers in place of field names, and HPACK compresses header fields that were sent before (RFC 7541); MQTT has a topic in each message. Binary is not small by itself: count the bytes."
          );
        },
        "Protobuf writes numbers in place of field names, and HPACK compresses header fields that were sent before (RFC 7541); MQTT has a topic in each message. Binary is not small by itself: count the bytes.",
      ),
    ),
    text(
      "Bytes are exact: with the same versions of its libraries, a transport takes the same bytes for the same notification on every machine. That makes them the easiest figures to trust.",
    ),
  ],
  check: {
    asks: "Your notifications have 1,000 characters in place of 15. What becomes of the ratio between long polling and WebSocket?",
    options: ["It stays the same", "It comes nearer to 1", "It grows"],
    right: 1,
    because:
      "The text crosses the connections as often as before, and is now most of the bytes. What long polling adds for each message stays as it is: the difference remains, and the ratio shrinks.",
  },
  further: [
    ["notif-lab explain websocket,long-polling", "every byte of both, with what it is for"],
    ["notif-lab explain sse --body \"$(head -c 1000 /dev/zero | tr '\\0' x)\"", "the same with a long text"],
    ["notif-lab demo", "the six side by side in a page, with their bytes"],
  ],
  teacher: {
    aim: "Learners see that transports differ by what they add to a message, and that bytes and round trips can be counted.",
    wrong: [
      {
        says: "About 15 bytes, or 60.",
        answer:
          "The text is a small part. Think of what a server must know to deliver it: to whom, from whom, which one.",
      },
      {
        says: "Long polling takes ten or a hundred times as many.",
        answer:
          "Header fields here are a few hundred bytes, and the envelope is there on both transports. With the cookies of a real site it may be ten times.",
      },
      {
        says: "MQTT must be the smallest, since it is made for small devices.",
        answer:
          'Its own header is small, but each message names its topic, and the envelope is JSON there as well: "notif-lab explain mqtt" shows it.',
      },
    ],
    discuss: [
      "Which of these bytes could your application do without, on the transport that you have?",
      "Which transport took the fewest bytes, and why? Could a web page use it, and at what price (gRPC-Web)?",
      "When do bytes cost money, when battery, when nothing?",
      "Follow the arrows of the two pictures: who waits for whom, and who has to ask again?",
    ],
    slide: {
      title: "From publish to receipt",
      boxes: ["Ann publishes", "server", "Bob reads", "server", "Ann's receipt"],
      below: "text + envelope + framing + header fields: what is sent is more than what is said",
    },
  },
};
