import { createInterface, type Interface } from "node:readline";
import { createInterface as createDialogue } from "node:readline/promises";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { usage } from "../process/failure.ts";
import { Interrupted } from "./interrupted.ts";

/** Where a learner's answers come from. */
export interface Typed {
  /** Nobody sits there who could be asked again. */
  readonly scripted: boolean;
  /** The next line. Rejects with Interrupted when the learner leaves, and with a usage failure when there is none. */
  line(prompt: string): Promise<string>;
  /** Which line was the last, for messages. */
  place(): string;
  /** Reads no more: an input that stays open must not keep the process alive. */
  close(): void;
}

/**
 * Somebody at a keyboard, who leaves by Ctrl-C or Ctrl-D; while nothing is asked, Ctrl-C is a signal as everywhere. Lines that were typed before a question
 * was there, as while experiments run, are no answer to it.
 */
export function keyboard(input: Readable, output: Writable, signal: AbortSignal): Typed {
  return {
    scripted: false,
    place: () => "your answer",
    line: async (prompt) => {
      await passedOver(input);
      if (signal.aborted || input.readableEnded) throw new Interrupted();
      const dialogue = createDialogue({ input, output, terminal: true });
      const close = () => dialogue.close();
      const left = new Promise<never>((_, reject) => {
        const leave = () => reject(new Interrupted());
        dialogue.once("SIGINT", leave);
        // Ctrl-D, or the signal.
        dialogue.once("close", leave);
      });
      left.catch(() => undefined);
      signal.addEventListener("abort", close, { once: true });
      try {
        return await Promise.race([dialogue.question(prompt), left]);
      } finally {
        signal.removeEventListener("abort", close);
        close();
      }
    },
    close: () => undefined,
  };
}

/** A terminal gives a line for each read; nobody types one so soon after the question before. */
const WAITING_LINES_MS = 30;

/** Drops the lines that wait in the input. */
async function passedOver(input: Readable): Promise<void> {
  input.resume();
  await sleep(WAITING_LINES_MS);
  input.pause();
}

/** Answers that were written before, one a line; an empty line passes a question over. The input is not touched before the first is asked for. */
export function script(name: string, input: Readable, signal: AbortSignal): Typed {
  let opened: { readonly reader: Interface; readonly lines: AsyncIterator<string> } | undefined;
  const open = () => {
    const reader = createInterface({ input, terminal: false });
    return { reader, lines: reader[Symbol.asyncIterator]() };
  };
  let number = 0;
  const left = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  left.catch(() => undefined);
  return {
    scripted: true,
    place: () => `line ${number} of ${name}`,
    line: async () => {
      opened ??= open();
      const { value, done } = await Promise.race([opened.lines.next(), left]);
      if (done)
        throw usage(
          `${name} ends after ${number} ${number === 1 ? "answer" : "answers"}, and there are more questions; write one answer a line, and an empty line to skip. What was answered is kept`,
        );
      number += 1;
      return value;
    },
    close: () => opened?.reader.close(),
  };
}
