import { LabError } from "./errors.ts";

/**
 * Event ids are `<epoch>-<position>`: the hub's own random name and its count of events in base 36. An id is unique, orders
 * all events of one hub, and so is also the cursor to resume from.
 */
const pattern = /^([a-z0-9]{1,16})-([a-z0-9]{1,10})$/;

export function eventId(epoch: string, position: number): string {
  return `${epoch}-${position.toString(36)}`;
}

/**
 * The position behind which to resume: 0 for a cursor of another hub (a restarted server), since all that this hub holds
 * came after it. Throws `invalid_cursor` for anything that is not an event id.
 */
export function parseCursor(epoch: string, cursor: unknown): { position: number; foreign: boolean } {
  const match = typeof cursor === "string" ? pattern.exec(cursor) : null;
  if (!match)
    throw new LabError(
      "invalid_cursor",
      "resume with the id of the last event received, or subscribe without one",
    );
  if (match[1] !== epoch) return { position: 0, foreign: true };
  return { position: Number.parseInt(match[2] ?? "", 36), foreign: false };
}
