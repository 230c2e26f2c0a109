import type { Hub } from "../core/hub.ts";

/**
 * A handler of one connection that can't end the process: whatever it throws is counted as `internal` and reported, and `end` ends that
 * connection alone.
 */
export function guarded<A extends unknown[]>(
  hub: Hub,
  end: () => void,
  act: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (error) {
      hub.fault(error);
      endQuietly(hub, end);
    }
  };
}

/** Hands something to each peer of an audience; one that throws is ended and keeps it from nobody else. */
export function toEach<P>(
  hub: Hub,
  audience: Iterable<P>,
  act: (one: P) => void,
  end: (one: P) => void,
): void {
  for (const one of audience) {
    try {
      act(one);
    } catch (error) {
      hub.fault(error);
      endQuietly(hub, () => end(one));
    }
  }
}

function endQuietly(hub: Hub, end: () => void): void {
  try {
    end();
  } catch (error) {
    hub.fault(error);
  }
}
