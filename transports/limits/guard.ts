import type { Hub } from "../../core/hub.ts";

/** Receives the errors. */
type Reporter = Pick<Hub, "internalError">;

/**
 * A handler of one connection that can't end the process: whatever it throws is counted as `internal` and reported, and `end` ends that
 * connection alone.
 */
export function guarded<A extends unknown[]>(
  reporter: Reporter,
  end: () => void,
  act: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      act(...args);
    } catch (error) {
      reporter.internalError(error);
      endQuietly(reporter, end);
    }
  };
}

/** Hands something to each peer of an audience; one that throws is ended and keeps it from nobody else. */
export function toEach<P>(
  reporter: Reporter,
  audience: Iterable<P>,
  act: (one: P) => void,
  end: (one: P) => void,
): void {
  for (const one of audience) {
    try {
      act(one);
    } catch (error) {
      reporter.internalError(error);
      endQuietly(reporter, () => end(one));
    }
  }
}

function endQuietly(reporter: Reporter, end: () => void): void {
  try {
    end();
  } catch (error) {
    reporter.internalError(error);
  }
}
