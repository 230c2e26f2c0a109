import type { HeartbeatSettings } from "../../../core/heartbeat.ts";
import { isObject } from "../../session/envelope.ts";
import { listening, startHeartbeat } from "../../session/heartbeat.ts";
import { startSignsOfLife } from "../../session/signs-of-life.ts";

/** The heartbeats of a stream's client, in both directions. */
export interface Life {
  /** Something came on the stream. */
  heard(): void;
  /** The same in a page, whose timers may be held back. */
  heardInPage(): void;
  /** The client sent something. */
  spoke(): void;
  stop(): void;
}

/**
 * Calls `alive`, which must tell the server, whenever the client has sent nothing for an interval (the server takes one for dead that says
 * nothing at all) and when the server's own is overdue; calls `dead` when nothing came after that either. `server` is the heartbeat in its welcome.
 */
export function startLife(
  own: HeartbeatSettings,
  server: unknown,
  on: { readonly alive: () => void; readonly dead: () => void },
): Life {
  const heartbeat = startHeartbeat(listening(own), { probe: on.alive, dead: on.dead });
  const told = isObject(server) && typeof server.intervalMs === "number" ? server.intervalMs : own.intervalMs;
  // As often as the more impatient end wants.
  const signs = startSignsOfLife(Math.min(own.intervalMs, told), on.alive);
  return {
    heard: heartbeat.alive,
    heardInPage: () => {
      heartbeat.alive();
      signs.arrived();
    },
    spoke: signs.spoke,
    stop: () => {
      heartbeat.stop();
      signs.stop();
    },
  };
}
