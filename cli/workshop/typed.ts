import { createInterface } from "node:readline";
import { createInterface as createDialogue } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { usage } from "../process/failure.ts";
import { Interrupted } from "./interrupted.ts";

/** Where a learner's answers come from. */
export interface Typed {
  /** Nobody sits there who could be asked again. */
  readonly scripted: boolean;
  /** The next line. Rejects with Interrupted on Ctrl-C, and with a usage failure when there is none. */
  line(prompt: string): Promise<string>;
  /** Which line was the last, for messages. */
  place(): string;
}

/** Somebody at a keyboard; while nothing is asked, Ctrl-C is a signal as everywhere. */
export function keyboard(input: Readable, output: Writable): Typed {
  return {
    scripted: false,
    place: () => "your answer",
    line: (prompt) => {
      const dialogue = createDialogue({ input, output, terminal: true });
      const left = new Promise<never>((_, reject) => {
        dialogue.once("SIGINT", () => reject(new Interrupted()));
        // Ctrl-D.
        dialogue.once("close", () => reject(new Interrupted()));
      });
      left.catch(() => undefined);
      return Promise.race([dialogue.question(prompt), left]).finally(() => dialogue.close());
    },
  };
}

/** Answers that were written before, one a line; an empty line passes a question over. */
export function script(name: string, input: Readable, signal: AbortSignal): Typed {
  const lines = createInterface({ input, terminal: false })[Symbol.asyncIterator]();
  let number = 0;
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  left.catch(() => undefined);
  return {
    scripted: true,
    place: () => `line ${number} of ${name}`,
    line: async () => {
      const { value, done } = await Promise.race([lines.next(), left]);
      if (done)
        throw usage(
          `${name} ends after ${number} ${number === 1 ? "answer" : "answers"}, and there are more questions; write one answer a line, and an empty line to skip. What was answered is kept`,
        );
      number += 1;
      return value;
    },
  };
}
