/** What the core reads in the broker's log. */
export type BrokerEvent =
  /** `login` is undefined for a visitor. Whoever had the client id before has lost its connection. */
  | { readonly kind: "connected"; readonly clientId: string; readonly login: string | undefined }
  | { readonly kind: "gone"; readonly clientId: string }
  /** It does not read, and is not sent all any more. */
  | { readonly kind: "dropping"; readonly clientId: string }
  /** The broker reads its files, and looks at nothing else until it has done so. */
  | { readonly kind: "reloading" };

/*
 * Lines of mosquitto 2.0 and 2.1 (src/handle_connect.c, loop.c, database.c; lib/packet_mosq.c). A client id may be any text without control
 * characters, so the greedy pattern takes it up to the last place at which the line can go on. It may also end as the address does that only 2.1
 * puts behind it, so which of them speaks must be known.
 */
const CONNECTED = /^New client connected from \S+ as (.*) \(p\d+, c\d+, k\d+(?:, u'([^']*)')?\)\.$/s;
const GONE_2_0 =
  /^(?:Client (.*) (?:disconnected[.,:].*|disconnected due to .*|been disconnected by .*|closed its connection\.|has exceeded timeout, disconnecting\.)|Bad socket read\/write on client (.*): [^:]*)$/s;
const GONE_2_1 = /^Client (.*) \[[^\s[\]]*:\d+\] disconnected(?:\.|: .*)$/s;
const DROPPING = /^Outgoing messages are being dropped for client (.*)\.$/s;
const RELOADING = "Reloading config.";

/** Reads what a line of the log of that version tells; undefined for all other lines. */
export function logReader(version: string | undefined): (line: string) => BrokerEvent | undefined {
  const [major = 2, minor = 0] = (version ?? "").split(".", 2).filter(Boolean).map(Number);
  const gonePattern = major > 2 || (major === 2 && minor > 0) ? GONE_2_1 : GONE_2_0;
  return (line) => {
    if (line === RELOADING) return { kind: "reloading" };
    const connected = CONNECTED.exec(line);
    if (connected) return { kind: "connected", clientId: connected[1] ?? "", login: connected[2] };
    const gone = gonePattern.exec(line);
    if (gone) return { kind: "gone", clientId: gone[1] ?? gone[2] ?? "" };
    const dropping = DROPPING.exec(line);
    if (dropping) return { kind: "dropping", clientId: dropping[1] ?? "" };
    return undefined;
  };
}
