import { nowUs } from "../measurement/clock.ts";
import { type ClockProbe, estimateOffset, timesIn, timesOf } from "../measurement/clock-offset.ts";
import type { Bus } from "./bus.ts";
import { subjects } from "./messages.ts";

const PROBES = 16;
const ANSWER_MS = 1_000;

/** Has an agent that is free tell the time to who asks. Whoever is asked while `isTaken` says nothing: that would be traffic in the measured time. */
export function tellTime(bus: Bus, id: string, isTaken: () => boolean): void {
  bus.subscribe(subjects.clock(id), (_, respond) => {
    const seen = nowUs();
    if (!isTaken()) respond(timesOf(seen, nowUs()));
  });
}

/**
 * How well the agent's clock can be compared with this one over the bus: half of the shortest of a few round trips. Undefined where it does not
 * answer, as one that has been taken meanwhile.
 */
export async function clockBoundUs(bus: Bus, id: string): Promise<number | undefined> {
  const probes: ClockProbe[] = [];
  try {
    while (probes.length < PROBES) {
      const t0 = nowUs();
      const answer = await bus.request(subjects.clock(id), new Uint8Array(), ANSWER_MS);
      const times = timesIn(Buffer.from(answer), nowUs());
      if (!times) return undefined;
      probes.push({ t0, ...times });
    }
  } catch {
    return undefined; // It is gone, or works for somebody.
  }
  const boundUs = estimateOffset(probes)?.boundUs ?? Number.NaN;
  return boundUs >= 0 ? boundUs : undefined;
}
