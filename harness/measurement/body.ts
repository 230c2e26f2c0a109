import { createRandom, randomInt } from "../../core/random.ts";

/*
 * The first 21 characters of every body say what it is, in base 36 and fixed places, so that reading them costs little and
 * needs no table of what was sent: phase (1), publisher (3), sequence of that publisher on that channel (5), intended time
 * (7: microseconds since the phase's epoch, up to 21 hours), how much later it was sent (5: microseconds, up to 60 s; what was
 * later still is taken as that). The rest is filling.
 */
const PUBLISHER = 1;
const SEQUENCE = 4;
const INTENDED = 9;
const LAG = 16;
const HEADER = 21;
/**
 * Bodies with room for it end with two characters that no other text has, and one for the phase: so bodies can be counted in the bytes of
 * any protocol that does not compress them.
 */
export const END_MARK = { text: "~~", measured: 109, unmeasured: 119 } as const;
const MARKED = HEADER + END_MARK.text.length + 1;
const MAX_LAG_US = 36 ** (HEADER - LAG) - 1;

export interface BodyHeader {
  readonly measured: boolean;
  readonly publisher: number;
  readonly sequence: number;
  /** Microseconds since the phase's epoch. */
  readonly intendedUs: number;
  /** Microseconds from the intended time to the actual one. */
  readonly lagUs: number;
}

function encodeHeader({ measured, publisher, sequence, intendedUs, lagUs }: BodyHeader): string {
  return (
    (measured ? "m" : "w") +
    publisher.toString(36).padStart(SEQUENCE - PUBLISHER, "0") +
    sequence.toString(36).padStart(INTENDED - SEQUENCE, "0") +
    Math.round(intendedUs)
      .toString(36)
      .padStart(LAG - INTENDED, "0") +
    Math.round(Math.max(0, Math.min(lagUs, MAX_LAG_US)))
      .toString(36)
      .padStart(HEADER - LAG, "0")
  );
}

/** Undefined for a body that no load process wrote. */
export function decodeHeader(body: string): BodyHeader | undefined {
  const phase = body.charCodeAt(0);
  if (body.length < HEADER || (phase !== 109 && phase !== 119)) return undefined;
  const publisher = base36(body, PUBLISHER, SEQUENCE);
  const sequence = base36(body, SEQUENCE, INTENDED);
  const intendedUs = base36(body, INTENDED, LAG);
  const lagUs = base36(body, LAG, HEADER);
  if (Number.isNaN(publisher + sequence + intendedUs + lagUs)) return undefined;
  return { measured: phase === 109, publisher, sequence, intendedUs, lagUs };
}

/** The value of each character as a digit; 255 for what is none. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, unit) => {
  const digit = "0123456789abcdefghijklmnopqrstuvwxyz".indexOf(String.fromCharCode(unit));
  return digit < 0 ? 255 : digit;
});

function base36(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const digit = DIGITS[text.charCodeAt(index)] ?? 255;
    if (digit === 255) return Number.NaN;
    value = value * 36 + digit;
  }
  return value;
}

const WORDS =
  "the of and to in is you that it he was for on are as with his they at be this have from or had by".split(
    " ",
  );
const FILLING = 65_536;

/** What the plan says of a send. */
export interface PlannedText {
  /** Microseconds since the phase's epoch; the header's time is another one in a closed loop. */
  readonly plannedUs: number;
  readonly channel: string;
  readonly characters: number;
}

/** Writes bodies and keeps a checksum of all that it wrote. */
export interface BodyWriter {
  /** The filling follows from the seed and the header alone, so that every transport gets the same texts, however they are shared out. */
  write(header: BodyHeader, send: PlannedText): string;
  /**
   * Adds up, modulo 2^53, a hash of each measured send: its time, publisher, sequence, channel and filling. The sum does not depend
   * on the order, so that those of several processes can be added. It is no protection against a forger.
   */
  readonly checksum: number;
}

/** Makes bodies of a given length; the filling is seeded words, so that compression finds what it finds in real text. */
export function createBodyWriter(seed: number): BodyWriter {
  // Most processes that could write never do.
  let text: string | undefined;
  const channels = new Map<string, number>();
  let checksum = 0;
  return {
    write: (header, { plannedUs, channel, characters }) => {
      text ??= fillingOf(seed);
      const offset = mixed(mixed(seed, header.publisher), header.sequence) % FILLING;
      if (header.measured) {
        let hash = channels.get(channel) ?? hashOf(channel);
        channels.set(channel, hash);
        for (const part of [header.publisher, header.sequence, plannedUs, characters, offset])
          hash = mixed(hash, part);
        checksum = (checksum + hash) % Number.MAX_SAFE_INTEGER;
      }
      if (characters < MARKED) return encodeHeader(header) + text.slice(offset, offset + characters - HEADER);
      const end = END_MARK.text + (header.measured ? "m" : "w");
      return encodeHeader(header) + text.slice(offset, offset + characters - MARKED) + end;
    },
    get checksum() {
      return checksum;
    },
  };
}

function fillingOf(seed: number): string {
  const random = createRandom(seed);
  let text = "";
  while (text.length < 2 * FILLING)
    text += `${WORDS[randomInt(random, WORDS.length)]}${randomInt(random, 100)} `;
  return text;
}

/** The finalizer of MurmurHash3 over the sum; 32 bits, unsigned. */
function mixed(hash: number, value: number): number {
  let bits = (hash ^ (value >>> 0)) + 0x9e3779b9;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = mixed(hash, text.charCodeAt(index));
  return hash;
}
