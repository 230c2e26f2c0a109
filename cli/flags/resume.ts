/**
 * Flags that a run which goes on may be given anew, by their names as attributes: nothing of its plan, but where what the plan names is to be
 * found, and what is made of the results.
 */
export const FREE_ON_RESUME: readonly string[] = [
  "scenarioFile",
  "transportModule",
  "agents",
  "nats",
  "natsCreds",
  "natsNkey",
  "natsCa",
  "natsCert",
  "natsKey",
  "serverAgent",
  "agentsHost",
  "resume",
  "cache",
  "browser",
  "json",
  "quiet",
  "live",
  "debug",
  "baseline",
  "failOn",
  "threshold",
];
