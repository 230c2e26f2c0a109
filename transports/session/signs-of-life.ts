/** What a client tells a server that takes one for dead which says nothing. */
export interface SignsOfLife {
  /** The client has sent something of its own. */
  spoke(): void;
  /**
   * Something has come, in a page: browsers call a hidden page's timers once a minute (Chromium, 88), but hand over at once what arrives. So who hears of
   * the server, if only its heartbeat, says that it is there when that is due, whatever its timers do.
   */
  arrived(): void;
  stop(): void;
}

/** The server's heartbeats come at about the same interval, and must not find that it is not quite over. */
const DUE = 0.75;

/** Calls `say` when the client has said nothing for an interval. */
export function startSignsOfLife(intervalMs: number, say: () => void): SignsOfLife {
  let saidMs = performance.now();
  let timer = setTimeout(beat, intervalMs);

  function beat(): void {
    const leftMs = saidMs + intervalMs - performance.now();
    // Before anything is said, which may stop it.
    timer = setTimeout(beat, leftMs > 0 ? Math.ceil(leftMs) : intervalMs);
    if (leftMs > 0) return;
    saidMs = performance.now();
    say();
  }

  return {
    spoke: () => {
      saidMs = performance.now();
    },
    arrived: () => {
      const nowMs = performance.now();
      if (nowMs - saidMs < DUE * intervalMs) return;
      saidMs = nowMs;
      say();
    },
    stop: () => clearTimeout(timer),
  };
}
