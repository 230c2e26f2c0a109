import type { Direction, DissectorFactory, IsBody, Naming } from "../../transports/dissect/dissector.ts";
import type { Chunk } from "../breakdown/relay.ts";
import type { JourneySegment, Step } from "../result/schema/journey.ts";
import { conversation, spansWithin } from "./conversation.ts";
import type { Section } from "./secrets.ts";
import { withoutToken } from "./secrets.ts";
import type { ClientName } from "./stage.ts";
import { unitsOf } from "./units.ts";

/** A chunk, and in which step it came by. */
export interface Stepped extends Chunk {
  readonly step: Step;
}

export interface Recorded {
  readonly client: ClientName;
  readonly token: string;
  readonly chunks: readonly Stepped[];
}

/** How the bytes of a transport are told apart and named. */
export interface Reading {
  readonly dissect: DissectorFactory;
  readonly naming: Naming | undefined;
}

/** What went one way on a connection before the other way: from chunk so and so in one direction's bytes. */
interface Turn {
  readonly step: Step;
  readonly direction: Direction;
  readonly atMs: number;
  readonly from: number;
  length: number;
}

type Timed = JourneySegment & { readonly atMs: number };

/** All segments of one client's connections, by time of performance.now(). Throws `malformed` for bytes that are not the transport's. */
export function segmentsOf(
  { client, token, chunks }: Recorded,
  { dissect, naming }: Reading,
  isBody: IsBody,
): Timed[] {
  const connections = new Set(chunks.map(({ connection }) => connection));
  return [...connections].flatMap((connection) => {
    const own = chunks.filter((one) => one.connection === connection);
    const streams = conversation(own, dissect, isBody);
    const units = unitsOf({ in: streams.in.bytes, out: streams.out.bytes }, naming);
    const shown = {
      in: withoutToken(streams.in.bytes, units.in, token),
      out: withoutToken(streams.out.bytes, [], token),
    };
    return turnsOf(own).map(({ step, direction, atMs, from, length }): Timed => {
      const within = ({ start }: { start: number }) => start >= from && start < from + length;
      const masks = units[direction].flatMap(({ mask }) =>
        mask ? pieces(mask, from, length).map((one) => [...one, mask.key.toString("hex")] as const) : [],
      );
      const secrets = shown[direction].secrets.flatMap((one) => pieces(one, from, length));
      return {
        atMs,
        step,
        client,
        connection,
        direction,
        atUs: 0,
        length,
        units: units[direction].filter(within).map(({ name }) => name),
        spans: spansWithin(streams[direction], from, length),
        bytes: shown[direction].bytes.toString("base64", from, from + length),
        ...(masks.length > 0 ? { masks: masks.map(([start, size, key]) => [start, size, key]) } : {}),
        ...(secrets.length > 0 ? { secrets } : {}),
      };
    });
  });
}

/** The part of a section that lies in a segment, counted from the segment's start. */
function pieces({ start, length }: Section, from: number, size: number): [number, number][] {
  const begin = Math.max(start, from);
  const end = Math.min(start + length, from + size);
  return begin < end ? [[begin - from, end - begin]] : [];
}

function turnsOf(chunks: readonly Stepped[]): Turn[] {
  const turns: Turn[] = [];
  const passed = { in: 0, out: 0 };
  for (const { step, direction, atMs, bytes } of chunks) {
    const last = turns.at(-1);
    if (last?.direction === direction && last.step === step) last.length += bytes.length;
    else turns.push({ step, direction, atMs, from: passed[direction], length: bytes.length });
    passed[direction] += bytes.length;
  }
  return turns;
}
