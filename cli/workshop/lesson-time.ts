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
  let planned = 0;
  let took = 0;
  const pace = () => Math.max(1, (PRIOR_SECONDS + took) / (PRIOR_SECONDS + planned));
  return {
    fits: (seconds) => (now() - began) / 1_000 + seconds * pace() <= most,
    spend: async (seconds, act) => {
      const from = now();
      try {
        return await act();
      } finally {
        planned += seconds;
        took += (now() - from) / 1_000;
      }
    },
    over: AbortSignal.timeout(most * 1_000),
  };
}
