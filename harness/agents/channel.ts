import type { z } from "zod";
import { LabError } from "../../core/errors.ts";
import type { Bus } from "./bus.ts";
import { understood } from "./messages.ts";
import { createAssembly, markOf, piecesOf } from "./pieces.ts";

/** One way of a session. */
export interface Channel<Out> {
  send(message: Out): void;
  /** Shows the other end whether something was lost on the way, as when the bus was away. */
  mark(): void;
  close(): void;
}

interface ChannelOptions<In> {
  readonly out: string;
  readonly back: string;
  readonly schema: z.ZodType<In>;
  /** Bytes of a message from the other end. */
  readonly longest: number;
  readonly onMessage: (message: In) => void;
  /** Told once, when a message is missing or is not what it should be; then the channel is of no use. */
  readonly onFault: (error: LabError) => void;
}

/** Opens both ways of a session on the bus. */
export function openChannel<Out, In>(
  bus: Bus,
  { out, back, schema, longest, onMessage, onFault }: ChannelOptions<In>,
): Channel<Out> {
  let isFaulty = false;
  const assemble = createAssembly(longest, (message) => onMessage(understood(schema, message, "a message")));
  const unsubscribe = bus.subscribe(back, (bytes) => {
    if (isFaulty) return;
    try {
      assemble(bytes);
    } catch (fault) {
      isFaulty = true;
      onFault(LabError.from(fault));
    }
  });
  let number = 0;
  return {
    send: (message) => {
      for (const piece of piecesOf(message, number)) bus.publish(out, piece);
      number += 1;
    },
    mark: () => bus.publish(out, markOf(number)),
    close: unsubscribe,
  };
}
