import type { HeartbeatSettings } from "../../core/heartbeat.ts";

export interface Heartbeat {
  /** Call whenever something arrives from the peer; costs a look at the clock. */
  alive(): void;
  stop(): void;
}

/** The pace of the end that listens to the other's probes: it probes only when one is overdue, and gives up as soon as the other would. */
export function listening({ intervalMs, timeoutMs }: HeartbeatSettings): HeartbeatSettings {
  return { intervalMs: intervalMs + timeoutMs / 2, timeoutMs: timeoutMs / 2 };
}

/**
 * Watches one peer: `probe` after an interval in which nothing was heard, and an interval after the last probe if there was nothing but its answer;
 * `dead` (once) when the time-out has passed as well. A silent death is thus noticed interval + time-out after the last arrival, at the latest.
 */
export function startHeartbeat(
  { intervalMs, timeoutMs }: HeartbeatSettings,
  on: { readonly probe: () => void; readonly dead: () => void },
): Heartbeat {
  const beganMs = performance.now();
  // Fields of an object, which V8 writes in place: each variable of a closure would be a new number on the heap.
  const at = { heardMs: beganMs, probedMs: beganMs, checkedMs: beganMs, silentMs: beganMs };
  let timer = setTimeout(tick, intervalMs);
  let stopped = false;

  function tick(): void {
    if (at.heardMs > at.checkedMs) at.silentMs = at.heardMs;
    const nowMs = performance.now();
    const leftMs = at.silentMs + intervalMs - nowMs;
    if (leftMs > 0) {
      timer = setTimeout(tick, Math.ceil(leftMs));
      return;
    }
    at.probedMs = nowMs;
    // Probes keep in step, however late a timer is.
    at.silentMs = nowMs - (-leftMs % intervalMs);
    timer = setTimeout(check, timeoutMs);
    on.probe();
  }

  function check(): void {
    // When it was this process that stood still, the answer lies there, and is read before what is to be done next.
    if (at.heardMs > at.probedMs) goOn();
    else afterReading(judge);
  }

  function judge(): void {
    if (stopped) return;
    if (at.heardMs > at.probedMs) goOn();
    else on.dead();
  }

  function goOn(): void {
    at.checkedMs = performance.now();
    timer = setTimeout(tick, Math.max(0, Math.ceil(at.silentMs + intervalMs - at.checkedMs)));
  }

  return {
    alive: () => {
      at.heardMs = performance.now();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Timers come before sockets in a turn of Node's event loop, and immediates after them; a page has no such order, and no immediates. */
function afterReading(act: () => void): void {
  if (typeof setImmediate === "function") setImmediate(act);
  else setTimeout(act, 1);
}
