import { nowUs } from "../measurement/clock.ts";
import type { ServerTurn } from "./messages.ts";

/** From the sample before the measured time to its beginning. */
const BEFORE_US = 6_000;

/** What a process does at each moment of a turn; all in its own time, and short. */
export interface Beats<Turn> {
  readonly leadIn?: (turn: Turn) => void;
  readonly before: (turn: Turn) => void;
  readonly end?: (turn: Turn) => void;
  readonly take: (turn: Turn) => void;
}

/** Settles when all turns are over; rejects with what a beat throws. */
export async function runTimetable<
  Turn extends ServerTurn & { readonly leadInUs?: number; readonly lengthMs?: number },
>(turns: readonly Turn[], { leadIn, before, end, take }: Beats<Turn>): Promise<void> {
  for (const turn of turns) {
    // Ahead of the lead-in, whose first send the pacer waits for.
    if (leadIn && turn.leadInUs !== undefined) {
      await until(turn.leadInUs - BEFORE_US);
      leadIn(turn);
    }
    await until(turn.measureUs - BEFORE_US);
    before(turn);
    if (end && turn.lengthMs !== undefined) {
      await until(turn.measureUs + turn.lengthMs * 1_000);
      end(turn);
    }
    await until(turn.takeUs);
    take(turn);
  }
}

/** Settles when that moment of the clock has passed. */
function until(momentUs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, Math.ceil((momentUs - nowUs()) / 1_000)));
  });
}
