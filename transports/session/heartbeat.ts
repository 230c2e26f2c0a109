import type { HeartbeatSettings } from "../../core/heartbeat.ts";

export interface Heartbeat {
  /** Call whenever something arrives from the peer; costs one assignment. */
  alive(): void;
  stop(): void;
}

/**
 * Watches one peer: `probe` after an interval in which nothing was heard, `dead` (once) when the time-out passes as well.
 * A silent death is thus noticed at most 2 x interval + timeout after the last arrival.
 */
export function startHeartbeat(
  settings: HeartbeatSettings,
  on: { readonly probe: () => void; readonly dead: () => void },
): Heartbeat {
  let heard = false;
  let timer = setTimeout(tick, settings.intervalMs);

  function tick(): void {
    if (heard) {
      heard = false;
      timer = setTimeout(tick, settings.intervalMs);
      return;
    }
    timer = setTimeout(check, settings.timeoutMs);
    on.probe();
  }

  function check(): void {
    if (heard) tick();
    else on.dead();
  }

  return {
    alive: () => {
      heard = true;
    },
    stop: () => clearTimeout(timer),
  };
}
