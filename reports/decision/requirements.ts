import type { Results } from "../../harness/result/result.ts";
import { listed, plain } from "../prose/text.ts";
import type { Answer, Requirement } from "./board.ts";

/** What one may ask of a wire before any figure counts. */
export const REQUIREMENTS = [
  {
    key: "browser",
    label: "Browser",
    about: "a web page can be the client, without a plug-in or a gateway",
  },
  {
    key: "bidirectional",
    label: "Bidirectional",
    about: "the client sends on the connection that it receives on",
  },
  { key: "binary", label: "Binary", about: "a body of any bytes, without an encoding as text" },
  {
    key: "proxies",
    label: "Any HTTP proxy",
    about: "passes a proxy that knows HTTP/1.1 requests and answers and nothing else",
  },
  {
    key: "resumption",
    label: "Resumption",
    about: "a client that was cut off gets what it missed, as far as the server still holds it",
  },
  {
    key: "offline",
    label: "Offline devices",
    about: "the server keeps messages for a device that is away, by the protocol's own means",
  },
] as const satisfies readonly Requirement[];

type RequirementKey = (typeof REQUIREMENTS)[number]["key"];

const yes = (reason: string): Answer => ({ meets: "yes", reason });
const no = (reason: string): Answer => ({ meets: "no", reason });

const RESUMES = (how: string) => yes(`${how}; the lab's conformance suite proves it`);
const NOT_KEPT = no(
  "the protocol keeps nothing for who is away; resumption reaches as far as the replay window",
);
const NEEDS_UPGRADE = no(
  "every hop must let the upgrade pass, or a CONNECT tunnel stand (RFC 6455, 4.1; RFC 9110, 7.8)",
);

/** Facts about the protocols as the lab carries them, each with its source. docs/deciding.md has the addresses. */
const FACTS: Readonly<Record<string, Readonly<Record<RequirementKey, Answer>>>> = {
  websocket: {
    browser: yes("the WebSocket interface (WHATWG WebSockets, 3)"),
    bidirectional: yes("two-way by design (RFC 6455, 1.2)"),
    binary: yes(
      "binary frames (RFC 6455, 5.6); the lab's messages are JSON texts, or binary as websocket:msgpack",
    ),
    proxies: NEEDS_UPGRADE,
    resumption: RESUMES("the lab's own protocol subscribes from a cursor"),
    offline: NOT_KEPT,
  },
  socketio: {
    browser: yes("socket.io-client runs in pages (Socket.IO documentation, Client installation)"),
    bidirectional: yes("events both ways (Socket.IO protocol 5, Event)"),
    binary: yes(
      "binary packets (Socket.IO protocol 5, Binary event); the lab's messages are JSON texts, or binary as socketio:msgpack",
    ),
    proxies: NEEDS_UPGRADE,
    resumption: RESUMES("the lab's own events subscribe from a cursor"),
    offline: NOT_KEPT,
  },
  sse: {
    browser: yes("the EventSource interface (WHATWG HTML, 9.2)"),
    bidirectional: no("a stream from the server alone; sending is a request of its own (WHATWG HTML, 9.2)"),
    binary: no("the stream is UTF-8 text (WHATWG HTML, 9.2.5)"),
    proxies: yes("an ordinary answer that does not end; a proxy that buffers delays it (WHATWG HTML, 9.2.7)"),
    resumption: RESUMES("Last-Event-ID (WHATWG HTML, 9.2.4)"),
    offline: NOT_KEPT,
  },
  "long-polling": {
    browser: yes("ordinary requests (WHATWG Fetch)"),
    bidirectional: no("sending is a request of its own beside the poll that waits (RFC 6202, 2.1)"),
    binary: yes(
      "the content of an answer is any bytes (RFC 9110, 6.4); the lab's are JSON texts, or binary as long-polling:msgpack",
    ),
    proxies: yes("ordinary requests and answers; a wait must end before a proxy's time-out (RFC 6202, 5.5)"),
    resumption: RESUMES("each poll brings the cursor of the last answer"),
    offline: NOT_KEPT,
  },
  grpc: {
    browser: no("needs gRPC-Web and a gateway, which is another wire (gRPC over HTTP2; gRPC-Web protocol)"),
    bidirectional: yes("bidirectional streaming (gRPC core concepts)"),
    binary: yes("Protocol Buffers: fields of type bytes; the lab's bodies are strings"),
    proxies: no("needs HTTP/2 and its trailers on every hop (gRPC over HTTP2)"),
    resumption: RESUMES("the lab's own messages subscribe from a cursor"),
    offline: NOT_KEPT,
  },
  mqtt: {
    browser: no(
      "a page can't open TCP; MQTT over WebSocket (MQTT 3.1.1, 6) is another wire, not measured here",
    ),
    bidirectional: yes("PUBLISH goes either way (MQTT 3.1.1, 3.3)"),
    binary: yes(
      "a payload is any bytes (MQTT 3.1.1, 3.3.3); the lab's are JSON texts, or binary as mqtt:msgpack",
    ),
    proxies: no("not HTTP: it needs a TCP port of its own (MQTT 3.1.1, 4.2)"),
    resumption: no(
      "the lab's broker keeps no session (clean sessions); the client is told that it missed something",
    ),
    offline: yes(
      "sessions that outlive the connection queue QoS 1 (MQTT 3.1.1, 4.1); the lab's figures are without",
    ),
  },
};

const PLAIN_POLLING: Partial<Record<RequirementKey, Answer>> = {
  bidirectional: no("sending is a POST beside the poll that waits (Engine.IO protocol 4, HTTP long-polling)"),
  binary: no("binary packets travel as base64 (Engine.IO protocol 4, HTTP long-polling)"),
  proxies: yes("ordinary requests and answers (Engine.IO protocol 4, HTTP long-polling)"),
};

/** A transport's answer to each requirement, in their order; what the run itself showed of resumption stands beside the fact. */
export function answersOf(transport: string, results: Results): Answer[] {
  const [wire = ""] = transport.split(/[:#]/, 1);
  const known = Object.hasOwn(FACTS, wire) ? FACTS[wire] : undefined;
  const facts = transport === "socketio:polling" && known ? { ...known, ...PLAIN_POLLING } : known;
  return REQUIREMENTS.map(({ key }) => {
    const fact = facts?.[key];
    const shown = key === "resumption" ? resumptionShown(transport, results) : undefined;
    if (!shown)
      return fact ?? { meets: "unknown", reason: "not known of a transport of your own; look yourself" };
    return fact ? { ...fact, reason: `${fact.reason}; ${shown.reason}` } : shown;
  });
}

/** What became of deliveries to clients that this run cut off; undefined where it did not, or nothing had to be replayed. */
function resumptionShown(transport: string, { trials }: Results): Answer | undefined {
  const cuts = trials.flatMap(({ transport: of, state, scenario, metrics }) => {
    const cut = metrics?.faults?.some(
      ({ kind, lostConnections }) => (kind === "link-cut" || kind === "link-reset") && lostConnections > 0,
    );
    return of === transport && state === "completed" && cut && metrics?.resumption
      ? { scenario, ...metrics.resumption }
      : [];
  });
  if (cuts.length === 0) return undefined;
  const total = (read: (cut: (typeof cuts)[number]) => number) =>
    cuts.reduce((sum, cut) => sum + read(cut), 0);
  const lost = total(({ declaredLost, undeclaredLost }) => declaredLost + undeclaredLost);
  const replayed = total((cut) => cut.replayed);
  const where = `in this run (${listed([...new Set(cuts.map(({ scenario }) => plain(scenario)))])})`;
  const text = `${where} ${replayed.toLocaleString("en-US")} deliveries were replayed and ${lost.toLocaleString("en-US")} lost`;
  return { meets: lost === 0 && replayed > 0 ? "yes" : "no", reason: text };
}
