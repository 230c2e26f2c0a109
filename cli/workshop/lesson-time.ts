import { createPace } from "../claims/pace.ts";

/** The time that a lesson's experiments take at most. */
export const LESSON_SECONDS = 240;
/** Of these: to end what still runs when the time is over. */
const ENDING_SECONDS = 4;
/** As if so many seconds had gone by plan: what takes long once does not turn the whole estimate. */
const PRIOR_SECONDS = 10;

/** What the experiments of a lesson have of its time, from when this was made. */
export interface LessonTime {
  /** Whether what takes so long by plan is over in time, at the pace of this machine so far. */
  fits(seconds: number): boolean;
  /** Does something that takes so long by plan, and learns from how long it took. */
  spend<T>(seconds: number, act: () => Promise<T>): Promise<T>;
  /** Aborts when the time is over, whatever was planned. */
  readonly over: AbortSignal;
}

export function lessonTime(now: () => number = () => performance.now()): LessonTime {
  const most = LESSON_SECONDS - ENDING_SECONDS;
  const began = now();
  const pace = createPace(PRIOR_SECONDS);
  return {
    fits: (seconds) => (now() - began) / 1_000 + seconds * pace.now() <= most,
    spend: async (seconds, act) => {
      const from = now();
      try {
        return await act();
      } finally {
        pace.learn(seconds, (now() - from) / 1_000);
      }
    },
    over: AbortSignal.timeout(most * 1_000),
  };
}
