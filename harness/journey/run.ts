import { LabError } from "../../core/errors.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { type Ask, askOnce } from "../processes/ask-once.ts";
import { transportBehind } from "../result/control-name.ts";
import type { Results } from "../result/result.ts";
import type { Journey, JourneyEntry } from "../result/schema/journey.ts";
import type { TransportRef } from "../run/transports.ts";
import { capped } from "./cap.ts";

/** Recorded bytes that a results document keeps of a transport. */
const MOST_BYTES = 3 * 1_024;

export const DEFAULT_BODY = "Deploy finished";

/**
 * One notification's journey on a transport, from a process of its own that is gone when this settles; about 1 s. Rejects with `internal`
 * and the reason when it could not be recorded or does not add up, and with the signal's reason when aborted.
 */
export async function runJourney(ref: TransportRef, body: string, signal: AbortSignal): Promise<Journey> {
  const request = { kind: "record", transport: ref, body } as const;
  const { journey } = await askOnce(`the journey on ${ref.name}`, request, "recorded", signal);
  return journey;
}

/** Once a transport; an A/A control's bytes are its transport's, and a quick run goes without. */
export function lacksJourney(
  { journeys = [], preset }: Results,
  { name, dissector }: TransportEntry,
): boolean {
  if (preset === "quick" || !dissector || name !== transportBehind(name)) return false;
  return !journeys.some(({ transport }) => transport === name);
}

/** The transport's journey, or why there is none. Rejects with the signal's reason when aborted. */
export async function journeyOf(
  transport: TransportRef,
  ask: Ask,
  signal: AbortSignal,
): Promise<JourneyEntry> {
  try {
    const { journey } = await ask({ kind: "record", transport, body: DEFAULT_BODY }, "recorded");
    return capped(journey, MOST_BYTES);
  } catch (error) {
    signal.throwIfAborted();
    return { transport: transport.name, absent: LabError.from(error).message };
  }
}
