import { LabError } from "../../core/errors.ts";
import { carrierPart, joined, type Part, type Span } from "./dissector.ts";

interface Entry {
  /** Bytes before and behind the content, whose part follows from what the content turns out to be. */
  readonly before: number;
  readonly content: number;
  readonly after: number;
  spans: Span[];
  filled: number;
  settled: boolean;
}

/** What a layer above carries in frames of one direction, apart from what others carry there. */
export interface Flow {
  /** A frame around a piece of it; fill() tells the content's parts. */
  frame(before: number, content: number, after?: number): void;
  /** The parts of the next bytes of content, across as many frames as they go. */
  fill(spans: readonly Span[]): void;
}

/**
 * One direction of a connection, laid out in the order of its bytes while what some of them are is still open: frames of a lower
 * layer wait for the message inside, which may span several of them, and requests for their answers.
 */
export class Outline implements Flow {
  #entries: Entry[] = [];
  readonly #only = this.flow();

  /** Bytes whose part is known. */
  add(part: Part, length: number): void {
    if (length === 0) return;
    this.#entries.push({
      before: 0,
      content: 0,
      after: 0,
      spans: [{ part, length }],
      filled: 0,
      settled: true,
    });
  }

  /** Bytes whose part is set later, by calling what is returned. */
  hold(length: number): (part: Part) => void {
    const entry: Entry = { before: length, content: 0, after: 0, spans: [], filled: 0, settled: false };
    this.#entries.push(entry);
    return (part) => {
      entry.spans = [{ part, length }];
      entry.settled = true;
    };
  }

  frame(before: number, content: number, after = 0): void {
    this.#only.frame(before, content, after);
  }

  fill(spans: readonly Span[]): void {
    this.#only.fill(spans);
  }

  /** One of several that take turns, as the streams of an HTTP/2 connection do. */
  flow(): Flow {
    const unfilled: Entry[] = [];
    return {
      frame: (before, content, after = 0) => {
        if (content === 0)
          throw new LabError("internal", "a frame without content is no frame of the layer above");
        const entry = { before, content, after, spans: [], filled: 0, settled: false };
        this.#entries.push(entry);
        unfilled.push(entry);
      },
      fill: (spans) => {
        for (const { part, length } of spans) {
          let left = length;
          while (left > 0) {
            const [entry] = unfilled;
            if (!entry) throw new LabError("internal", "more content was told of than the frames hold");
            const step = Math.min(left, entry.content - entry.filled);
            entry.spans.push({ part, length: step });
            entry.filled += step;
            left -= step;
            if (entry.filled < entry.content) continue;
            close(entry);
            unfilled.shift();
          }
        }
      },
    };
  }

  /** What is settled, from the first byte not yet taken on. */
  take(): Span[] {
    const open = this.#entries.findIndex((entry) => !entry.settled);
    const count = open < 0 ? this.#entries.length : open;
    return joined(this.#entries.splice(0, count).flatMap(({ spans }) => spans));
  }

  /** Bytes laid out and not taken. */
  get held(): number {
    return this.#entries.reduce((sum, entry) => sum + lengthOf(entry), 0);
  }
}

function close(entry: Entry): void {
  const part = carrierPart(entry.spans);
  entry.spans = [{ part, length: entry.before }, ...entry.spans, { part, length: entry.after }];
  entry.settled = true;
}

function lengthOf({ before, content, after, settled, spans }: Entry): number {
  return settled ? spans.reduce((sum, { length }) => sum + length, 0) : before + content + after;
}
