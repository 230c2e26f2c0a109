/** How many times as long as planned things take on this machine, by what was measured so far. */
export interface Pace {
  /** Never less than 1. */
  now(): number;
  learn(plannedSeconds: number, tookSeconds: number): void;
}

/** `priorSeconds`: as if so many had gone by plan, so that what takes long once does not turn the whole estimate. */
export function createPace(priorSeconds: number): Pace {
  let [planned, took] = [0, 0];
  return {
    now: () => Math.max(1, (priorSeconds + took) / (priorSeconds + planned)),
    learn: (plannedSeconds, tookSeconds) => {
      planned += plannedSeconds;
      took += tookSeconds;
    },
  };
}
