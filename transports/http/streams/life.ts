import type { HeartbeatSettings } from "../../../core/heartbeat.ts";
import { isObject } from "../../session/envelope.ts";
import { startHeartbeat } from "../../session/heartbeat.ts";

/** The heartbeats of a stream's client, in both directions. */
export interface Life {
  /** Something came on the stream. */
  heard(): void;
  /** The client sent something. */
  spoke(): void;
  stop(): void;
}

/**
 * Calls `alive`, which must tell the server, whenever the client has sent nothing for an interval (the server takes one for dead that says
 * nothing at all) and when nothing came for as long; calls `dead` when nothing came after that either. `server` is the heartbeat in its welcome.
 */
export function startLife(
  own: HeartbeatSettings,
  server: unknown,
  on: { readonly alive: () => void; readonly dead: () => void },
): Life {
  const heartbeat = startHeartbeat(own, { probe: on.alive, dead: on.dead });
  let spoke = false;
  const told = isObject(server) && typeof server.intervalMs === "number" ? server.intervalMs : own.intervalMs;
  const beat = setInterval(
    () => {
      if (!spoke) on.alive();
      spoke = false;
    },
    // As often as the more impatient end wants.
    Math.min(own.intervalMs, told),
  );
  return {
    heard: heartbeat.alive,
    spoke: () => {
      spoke = true;
    },
    stop: () => {
      heartbeat.stop();
      clearInterval(beat);
    },
  };
}
