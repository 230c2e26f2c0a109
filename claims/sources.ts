import type { Claim } from "./claim.ts";

/** The guide that the lab's service is modelled on. */
export const SEED: Claim["source"] = {
  title: "the guide that the lab's notification service is modelled on",
};
