import { LabError } from "../../core/errors.ts";
import { whyNoPacketLoss } from "../../harness/processes/packet-loss.ts";
import { whyNoTokenBucket } from "../../harness/processes/token-bucket.ts";
import type { ReadyScenario } from "../../harness/run/queue.ts";
import { type Link, parseLink } from "../../scenarios/link.ts";
import { usage } from "../process/failure.ts";

/** What only the kernel can give of a link, why it can't here, and what comes near it. */
const OF_KERNEL = [
  {
    asked: (link: Link) => Boolean(link.dropShare),
    what: "that loses packets",
    whyNot: whyNoPacketLoss,
    instead: "loss=1% imitates loss above TCP anywhere",
  },
  {
    asked: (link: Link) => link.sharedBytesPerSecond !== undefined,
    what: "that all clients share",
    whyNot: whyNoTokenBucket,
    instead: "rate=1mbit paces each connection anywhere",
  },
];

/** Better said before the first trial than by each. */
export function refuseWhatKernelLacks(scenarios: readonly ReadyScenario[]): void {
  const links = scenarios.flatMap((scenario) => scenario.plan(0).link ?? []);
  for (const { asked, what, whyNot, instead } of OF_KERNEL) {
    const reason = links.some(asked) ? whyNot() : undefined;
    if (reason !== undefined) throw usage(`a link ${what} is not available here: ${reason}; ${instead}`);
  }
}

/** A profile by its name, or `delay=50ms,jitter=5ms`. */
export function linkOf(text: string): Link {
  try {
    return parseLink(text);
  } catch (error) {
    throw usage(`--link: ${LabError.from(error).message}`, error);
  }
}
