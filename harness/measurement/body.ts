import { createRandom, randomInt } from "../../core/random.ts";

/*
 * The first 16 characters of every body say what it is, in base 36 and fixed places, so that reading them costs little and
 * needs no table of what was sent: phase (1), publisher (3), sequence of that publisher on that channel (5), intended time
 * (7: microseconds since the trial's epoch, up to 21 hours). The rest is filling.
 */
const PUBLISHER = 1;
const SEQUENCE = 4;
const INTENDED = 9;
const HEADER = 16;

export interface BodyHeader {
  readonly measured: boolean;
  readonly publisher: number;
  readonly sequence: number;
  /** Microseconds since the trial's epoch. */
  readonly intendedUs: number;
}

export function encodeHeader({ measured, publisher, sequence, intendedUs }: BodyHeader): string {
  return (
    (measured ? "m" : "w") +
    publisher.toString(36).padStart(SEQUENCE - PUBLISHER, "0") +
    sequence.toString(36).padStart(INTENDED - SEQUENCE, "0") +
    Math.round(intendedUs)
      .toString(36)
      .padStart(HEADER - INTENDED, "0")
  );
}

/** Undefined for a body that no load process wrote. */
export function decodeHeader(body: string): BodyHeader | undefined {
  const phase = body.charCodeAt(0);
  if (body.length < HEADER || (phase !== 109 && phase !== 119)) return undefined;
  const publisher = base36(body, PUBLISHER, SEQUENCE);
  const sequence = base36(body, SEQUENCE, INTENDED);
  const intendedUs = base36(body, INTENDED, HEADER);
  if (Number.isNaN(publisher + sequence + intendedUs)) return undefined;
  return { measured: phase === 109, publisher, sequence, intendedUs };
}

function base36(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const unit = text.charCodeAt(index);
    const digit = unit <= 57 ? unit - 48 : unit - 87;
    if (digit < 0 || digit > 35) return Number.NaN;
    value = value * 36 + digit;
  }
  return value;
}

const WORDS =
  "the of and to in is you that it he was for on are as with his they at be this have from or had by".split(
    " ",
  );
const FILLING = 65_536;

/** Makes bodies of a given length; the filling is seeded words, so that compression finds what it finds in real text. */
export function createBodyWriter(seed: number): (header: BodyHeader, characters: number) => string {
  const random = createRandom(seed);
  let text = "";
  while (text.length < 2 * FILLING)
    text += `${WORDS[randomInt(random, WORDS.length)]}${randomInt(random, 100)} `;
  return (header, characters) => {
    const offset = randomInt(random, FILLING);
    return encodeHeader(header) + text.slice(offset, offset + characters - HEADER);
  };
}
