import { LabError } from "../../core/errors.ts";
import type { Direction } from "../../transports/dissect/dissector.ts";
import type { ByteBreakdown } from "../result/schema/byte-breakdown.ts";
import { type Account, partsBetween, sumOf, type Tally } from "./account.ts";
import type { Mark } from "./site.ts";

type Counts = ByteBreakdown["checked"]["whole"];

const NOTHING: Tally = {
  parts: { body: 0, envelope: 0, compressed: 0, framing: 0, handshake: 0, heartbeats: 0 },
  held: 0,
};

/**
 * The three counts of one period: what the dissectors gave out, what the relay passed on, what the server's sockets counted; and the
 * bodies, where they can be seen, against those that were handed over. Throws `internal` naming the numbers when they differ.
 */
export function counted(
  period: string,
  before: Account | undefined,
  after: Account,
  from: Mark | undefined,
  to: Mark,
  bodyBytes?: Readonly<Record<Direction, number>>,
): Counts {
  const count = (direction: Direction) => {
    const [first, last] = [before?.[direction] ?? NOTHING, after[direction]];
    const parts = partsBetween(first, last);
    const result = {
      partsBytes: sumOf(parts),
      heldBytesBefore: first.held,
      heldBytesAfter: last.held,
      relayBytes: to.relay[direction] - (from?.relay[direction] ?? 0),
      meterBytes: to.meter[direction] - (from?.meter[direction] ?? 0),
    };
    const explained = result.partsBytes + last.held - first.held;
    if (explained !== result.relayBytes || explained !== result.meterBytes) {
      throw new LabError(
        "internal",
        `the bytes ${period} don't add up (${direction}): ${explained} in parts, ${result.relayBytes} at the relay, ` +
          `${result.meterBytes} at the server's sockets`,
      );
    }
    const handed = bodyBytes?.[direction];
    if (handed !== undefined && after.in.parts.compressed === 0 && parts.body !== handed) {
      throw new LabError(
        "internal",
        `${parts.body} bytes of bodies were found ${period} (${direction}), ${handed} were handed over`,
      );
    }
    return result;
  };
  return { in: count("in"), out: count("out") };
}
