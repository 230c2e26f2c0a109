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
 * Lines of mosquitto 2.0 (src/handle_connect.c, loop.c, database.c). A client id may be any text without control characters, so the greedy
 * pattern takes it up to the last place at which the line can go on.
 */
const CONNECTED = /^New client connected from \S+ as (.*) \(p\d+, c\d+, k\d+(?:, u'([^']*)')?\)\.$/s;
const GONE =
  /^Client (.*) (?:disconnected[.,:].*|disconnected due to .*|been disconnected by .*|closed its connection\.|has exceeded timeout, disconnecting\.)$/s;
const BROKEN = /^Bad socket read\/write on client (.*): [^:]*$/s;
const DROPPING = /^Outgoing messages are being dropped for client (.*)\.$/s;
const RELOADING = "Reloading config.";

/** What a line of the log tells; undefined for all others. */
export function readLogLine(line: string): BrokerEvent | undefined {
  if (line === RELOADING) return { kind: "reloading" };
  const connected = CONNECTED.exec(line);
  if (connected) return { kind: "connected", clientId: connected[1] ?? "", login: connected[2] };
  const gone = GONE.exec(line) ?? BROKEN.exec(line);
  if (gone) return { kind: "gone", clientId: gone[1] ?? "" };
  const dropping = DROPPING.exec(line);
  if (dropping) return { kind: "dropping", clientId: dropping[1] ?? "" };
  return undefined;
}
