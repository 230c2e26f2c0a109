import { LabError } from "../../core/errors.ts";
import type { Direction, Naming, Unit } from "../../transports/dissect/dissector.ts";

/** What begins where on a connection, in the protocol's own words; names are for reading, and no byte is counted by them. */
export function unitsOf(
  bytes: Readonly<Record<Direction, Buffer>>,
  naming: Naming | undefined,
): Record<Direction, Unit[]> {
  const read = (direction: Direction) => (naming ? readUnits(naming, direction, bytes[direction]) : []);
  return { in: read("in"), out: read("out") };
}

function readUnits(naming: Naming, direction: Direction, bytes: Buffer): Unit[] {
  const units: Unit[] = [];
  let at = 0;
  const consume = naming(direction, ({ name, mask, fields }) => {
    units.push({
      start: at,
      name,
      ...(mask ? { mask: { ...mask, start: at + mask.start } } : {}),
      ...(fields ? { fields: { ...fields, start: at + fields.start } } : {}),
    });
  });
  try {
    while (at < bytes.length) {
      const length = consume(bytes.subarray(at));
      if (length === 0) break;
      at += length;
    }
  } catch (error) {
    // Another protocol after all: what was named so far is what there is.
    if (!(error instanceof LabError)) throw error;
  }
  return units;
}
