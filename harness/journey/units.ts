import { LabError } from "../../core/errors.ts";
import type { Direction } from "../../transports/dissect/dissector.ts";
import { type Naming, nameHttp1, nameHttp2, nameMqtt, namePrefixed, type Unit } from "./naming.ts";

/** The protocol of a connection, by the first bytes its client sent. */
const PROTOCOLS: readonly { readonly begins: RegExp; readonly naming: Naming }[] = [
  { begins: /^PRI \* HTTP\/2/, naming: nameHttp2 },
  { begins: /^[A-Z]+ \S+ HTTP\/1\.1\r\n/, naming: nameHttp1 },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: CONNECT begins with it
  { begins: /^\x10/, naming: nameMqtt },
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a length of four bytes does
  { begins: /^\x00\x00/, naming: namePrefixed },
];
const LONGEST_START = 8_192;

/**
 * What begins where on a connection, in the protocol's own words. Of a protocol that is none of these nothing is named: names are for
 * reading, and no byte is told by them.
 */
export function unitsOf(bytes: Readonly<Record<Direction, Buffer>>): Record<Direction, Unit[]> {
  const start = bytes.in.toString("latin1", 0, LONGEST_START);
  const naming = PROTOCOLS.find(({ begins }) => begins.test(start))?.naming;
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
