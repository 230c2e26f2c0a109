import { LabError } from "./errors.ts";

/**
 * Event ids are `<epoch>-<position>`: the hub's own random name and its count of events in base 36. An id is unique, orders
 * all events of one hub, and so is also the cursor to resume from.
 */
const pattern = /^([a-z0-9]{1,16})-([a-z0-9]{1,10})$/;

export function eventId(epoch: string, position: number): string {
  return `${epoch}-${position.toString(36)}`;
}

/** The position in an event id of the epoch; undefined in one of another. Throws `invalid_cursor` for anything that is not an event id. */
export function positionOf(epoch: string, id: unknown): number | undefined {
  const match = typeof id === "string" ? pattern.exec(id) : null;
  if (!match)
    throw new LabError(
      "invalid_cursor",
      "resume with the id of the last event received, or subscribe without one",
    );
  return match[1] === epoch ? Number.parseInt(match[2] ?? "", 36) : undefined;
}

/** From where to resume. */
export interface Origin {
  readonly position: number;
  /** Events before what is held may be lost. */
  readonly foreign: boolean;
}

/**
 * The position behind which to resume: 0 for a cursor that is not of what the hub holds (a restarted server, or a backplane that has lost
 * what came last), since all that is held came after it. `newest` is the position of the newest event. Throws `invalid_cursor`.
 */
export function parseCursor(epoch: string, newest: number, cursor: unknown): Origin {
  const position = positionOf(epoch, cursor);
  return position === undefined || position > newest
    ? { position: 0, foreign: true }
    : { position, foreign: false };
}
