import { shuffled } from "../../core/random.ts";
import type { TransportRef } from "../run/transports.ts";
import type { LoadSite } from "../trial/site.ts";
import { isMeasuredAgain } from "./again.ts";
import { type Cell, measuredOf } from "./cells.ts";
import { type LaunchMoment, type LaunchSpec, planOf, SET_UP, sliceSeed, type Turn } from "./launch-spec.ts";
import type { Participant } from "./participant.ts";
import { sliceMsOf } from "./slicing.ts";
import { runTimetable } from "./timetable.ts";

/** What the turns of a launch are run with. */
interface Running {
  readonly participants: readonly Participant[];
  readonly turns: readonly Turn[];
  readonly spec: LaunchSpec;
  readonly random: () => number;
  readonly cellOf: (transport: string, scenario: number) => Cell;
  readonly attempt: (participant: Participant, work: () => Promise<void>) => Promise<void>;
  readonly tell: (
    stage: LaunchMoment["stage"],
    transport: TransportRef,
    scenario: number,
    done: number,
  ) => void;
  readonly signal: AbortSignal;
}

/** Has agents run the turns: all of them by a timetable, and those that are void once more by another, until there are enough. */
export async function runScheduled(agents: LoadSite, running: Running): Promise<void> {
  const { participants, turns, spec, random, cellOf, attempt, tell, signal } = running;
  let position = 0;
  let startedAt = 0;
  for (let left: readonly Turn[] = turns; left.length > 0; ) {
    const isOut = ({ transport }: Turn) =>
      participants.find((one) => one.transport.name === transport)?.failure !== undefined;
    const planned = left.filter((turn) => !isOut(turn));
    const slices = await runTimetable(agents, {
      participants,
      attempt,
      signal,
      turns: planned.map((turn) => ({
        transport: turn.transport,
        scenario: turn.scenario,
        seed: sliceSeed(spec, turn),
        lengthMs: sliceMsOf(planOf(spec.scenarios, turn.scenario)),
      })),
      onTurn: (participant, scenario, index) => {
        const done = SET_UP + ((1 - SET_UP) * Math.min(turns.length, position + index)) / turns.length;
        tell("measuring", participant.transport, scenario, done);
      },
    });
    const again: Turn[] = [];
    for (const [index, turn] of planned.entries()) {
      const slice = slices[index];
      if (!slice) continue;
      const cell = cellOf(turn.transport, turn.scenario);
      const place = { turn, position: position + index, startedAt: startedAt + slice.atSeconds, spec, cell };
      const measured = measuredOf(slice, place);
      cell.slices.push(measured);
      const made = position + planned.length + again.length;
      if (isMeasuredAgain(cell, turn.attempt, { planned: turns.length, slices: made }))
        again.push({ ...turn, attempt: turn.attempt + 1 });
    }
    position += planned.length;
    startedAt += slices.reduce((last, slice) => Math.max(last, slice?.atSeconds ?? 0), 0);
    left = shuffled(again, random);
  }
}
