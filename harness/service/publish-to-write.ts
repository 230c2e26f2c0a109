import type { HubWatch } from "../../core/hub-options.ts";

/** Upper bounds of the buckets, in seconds. */
export const BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
] as const;

export interface PublishToWriteReading {
  /** In each bucket alone; one more than there are bounds. */
  readonly counts: readonly number[];
  readonly sumSeconds: number;
}

/** Times publishes until they are handed over; the one figure that is recorded as things happen. */
export interface PublishToWrite {
  /** For the hub that is to be watched. */
  readonly watch: Pick<HubWatch, "publishing" | "handedOver">;
  read(): PublishToWriteReading;
}

/** `shared`: the hub has a backplane, so that what is handed over may come from another node. */
export function timePublishes(shared: boolean): PublishToWrite {
  const counts = new Array<number>(BUCKETS.length + 1).fill(0);
  let sumSeconds = 0;
  const observe = (seconds: number) => {
    let index = 0;
    while (seconds > (BUCKETS[index] ?? Number.POSITIVE_INFINITY)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    sumSeconds += seconds;
  };
  let beganMs = 0;
  return {
    watch: shared
      ? {
          publishing: () => undefined,
          handedOver: ({ at }) => observe(Math.max(0, Date.now() - at) / 1e3),
        }
      : {
          publishing: () => {
            beganMs = performance.now();
          },
          handedOver: () => observe((performance.now() - beganMs) / 1e3),
        },
    read: () => ({ counts: [...counts], sumSeconds }),
  };
}
