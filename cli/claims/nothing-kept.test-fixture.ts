import type { KeptRuns } from "./kept-runs.ts";

/** No run is kept, and none that is put there. */
export const NOTHING_KEPT: KeptRuns = {
  trials: () => undefined,
  results: () => undefined,
  unfinished: () => undefined,
  put: () => undefined,
  fileOf: () => "",
};
