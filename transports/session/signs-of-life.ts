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

/** Calls `say` once an interval, unless the client has spoken meanwhile. */
export function startSignsOfLife(intervalMs: number, say: () => void): SignsOfLife {
  let saidMs = performance.now();
  let spoke = false;
  const beat = setInterval(() => {
    if (!spoke) {
      saidMs = performance.now();
      say();
    }
    spoke = false;
  }, intervalMs);
  return {
    spoke: () => {
      spoke = true;
    },
    arrived: () => {
      const nowMs = performance.now();
      if (nowMs - saidMs < DUE * intervalMs) return;
      saidMs = nowMs;
      spoke = true;
      say();
    },
    stop: () => clearInterval(beat),
  };
}
