import type { Hub } from "../../core/hub.ts";

/** Receives the errors. */
type Told = Pick<Hub, "fault">;

/**
 * A handler of one connection that can't end the process: whatever it throws is counted as `internal` and reported, and `end` ends that
 * connection alone.
 */
export function guarded<A extends unknown[]>(
  told: Told,
  end: () => void,
  act: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (error) {
      told.fault(error);
      endQuietly(told, end);
    }
  };
}

/** Hands something to each peer of an audience; one that throws is ended and keeps it from nobody else. */
export function toEach<P>(
  told: Told,
  audience: Iterable<P>,
  act: (one: P) => void,
  end: (one: P) => void,
): void {
  for (const one of audience) {
    try {
      act(one);
    } catch (error) {
      told.fault(error);
      endQuietly(told, () => end(one));
    }
  }
}

function endQuietly(told: Told, end: () => void): void {
  try {
    end();
  } catch (error) {
    told.fault(error);
  }
}
