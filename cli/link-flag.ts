import { LabError } from "../core/errors.ts";
import { whyNoDrops } from "../harness/processes/segment-drops.ts";
import type { ReadyScenario } from "../harness/queue.ts";
import { type Link, parseLink } from "../scenarios/link.ts";
import { usage } from "./failure.ts";

/** Real loss is the kernel's to give; better said before the first trial than by each. */
export function refuseDrops(scenarios: readonly ReadyScenario[]): void {
  if (!scenarios.some((scenario) => scenario.plan(0).link?.dropShare)) return;
  const reason = whyNoDrops();
  if (reason !== undefined)
    throw usage(
      `a link that drops segments can't be had here: ${reason}; loss=1% imitates loss above TCP anywhere`,
    );
}

/** A profile by its name, or `delay=50ms,jitter=5ms`. */
export function linkOf(text: string): Link {
  try {
    return parseLink(text);
  } catch (error) {
    throw usage(`--link: ${LabError.from(error).message}`, error);
  }
}
