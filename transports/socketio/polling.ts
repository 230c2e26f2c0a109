import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Connection } from "./backlog.ts";

/** Clients poll again at once; this leaves time for a new TCP connection whose first SYN was lost. */
const RETURN_MS = 3_000;

/**
 * Looks after a polling connection between two polls. It ends when the socket of the last poll closes and no other poll comes,
 * which Engine.IO alone would notice only when a heartbeat is due; a client that is slow to read an answer keeps the socket open.
 */
export function watchPolls(conn: Connection): void {
  const { transport } = conn;
  // Else closing it between two polls would keep a timer for 30 s, to say so in the next.
  transport.discard();
  let stream: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const onStreamClose = () => {
    // Engine.IO itself notices when a poll that waits loses its socket.
    if (!transport.writable) timer = setTimeout(() => conn.close(true), RETURN_MS);
  };
  const leaveStream = () => {
    stream?.off("close", onStreamClose);
    clearTimeout(timer);
  };
  transport.on("headers", (_: unknown, { method, socket }: IncomingMessage) => {
    if (socket === stream || method !== "GET") return;
    leaveStream();
    // A proxy may bring the polls of many clients over one.
    socket.setMaxListeners(0);
    stream = socket.once("close", onStreamClose);
  });
  // Engine.IO's name for a poll that waits.
  transport.on("ready", () => clearTimeout(timer));
  conn.once("close", leaveStream);
}
