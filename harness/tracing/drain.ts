import { Socket } from "node:net";
import type { Drainage } from "../../transports/port/entry.ts";
import { END_MARK } from "../measurement/body.ts";
import { nowUs } from "../measurement/clock.ts";
import { lastSentOn, readThrough, rememberWrites } from "./reads.ts";

/** What came on the connections that carried bodies, in no order. */
export interface Drained {
  /** Measured bodies by connection. */
  readonly bodies: readonly number[];
  /** All bytes by connection, those of bodies that are not measured included; none where they depend on how bodies are put together. */
  readonly bytes: readonly number[];
  readonly lastUs: number;
  /** Measured bodies by interval of the measured time. */
  readonly byInterval: readonly number[];
}

/** When the measured time begins, and what it is divided into; what comes after the last interval counts there. */
interface Course {
  readonly epochUs: number;
  readonly intervalUs: number;
  readonly intervals: number;
}

interface Drip {
  measured: number;
  unmeasured: number;
  bytes: number;
  /** How much of the mark the last chunk ended with. */
  begun: number;
  /** Of an answer that is not complete. */
  pending: string;
}

const MARK = Buffer.from(END_MARK.text);

/**
 * Reads what comes to this process and counts the bodies in it by the mark at their ends, whatever protocol they come in; the bytes are held
 * against those of the probes. It can't tell one body from another.
 */
export class Drain {
  readonly #drips = new Map<object, Drip>();
  readonly #takes: boolean;
  readonly #answer: Drainage["answer"];
  #measured = 0;
  #unmeasured = 0;
  #lastUs = 0;
  #byInterval: number[] = [];
  #course: Course = { epochUs: 0, intervalUs: Number.POSITIVE_INFINITY, intervals: 1 };

  /** `takes`: the clients get nothing of it. Else it is counted on its way to them. */
  constructor(takes: boolean, { answer }: Drainage = {}) {
    this.#takes = takes;
    this.#answer = answer;
    if (takes && answer) rememberWrites();
  }

  /** All that this process reads goes through here from now on, and through no other. */
  open(course: Course): void {
    this.#course = course;
    readThrough((stream, chunk) => {
      this.read(stream, chunk);
      if (this.#takes && this.#answer) this.#reply(stream, chunk, this.#answer);
      return this.#takes;
    });
  }

  get measured(): number {
    return this.#measured;
  }

  get unmeasured(): number {
    return this.#unmeasured;
  }

  read(stream: object, chunk: Buffer): void {
    let drip = this.#drips.get(stream);
    if (!drip) {
      drip = { measured: 0, unmeasured: 0, bytes: 0, begun: 0, pending: "" };
      this.#drips.set(stream, drip);
    }
    drip.bytes += chunk.length;
    let at = 0;
    if (drip.begun > 0) {
      at = this.#resume(drip, chunk);
      if (at < 0) return;
    }
    for (;;) {
      const found = chunk.indexOf(MARK, at);
      if (found < 0) break;
      at = found + MARK.length;
      if (at >= chunk.length) {
        drip.begun = MARK.length;
        return;
      }
      this.#count(drip, chunk[at]);
    }
    drip.begun = beginningAtEnd(chunk, at);
  }

  /** Since the last time. */
  take(): Drained {
    const used = [...this.#drips.values()].filter(({ measured, unmeasured }) => measured + unmeasured > 0);
    const taken = {
      bodies: used.map(({ measured }) => measured),
      bytes: this.#answer ? [] : used.map(({ bytes }) => bytes),
      lastUs: this.#lastUs,
      byInterval: this.#byInterval,
    };
    this.#byInterval = [];
    for (const drip of this.#drips.values()) Object.assign(drip, { measured: 0, unmeasured: 0, bytes: 0 });
    this.#measured = 0;
    this.#lastUs = 0;
    return taken;
  }

  /** Goes on with a mark of which the last chunk had the beginning; how far that took, or -1 where the chunk is at its end. */
  #resume(drip: Drip, chunk: Buffer): number {
    let at = 0;
    while (drip.begun < MARK.length) {
      if (at >= chunk.length) return -1;
      if (chunk[at] !== MARK[drip.begun]) {
        drip.begun = 0;
        return 0;
      }
      at += 1;
      drip.begun += 1;
    }
    if (at >= chunk.length) return -1;
    drip.begun = 0;
    this.#count(drip, chunk[at]);
    return at;
  }

  #reply(stream: object, chunk: Buffer, answer: NonNullable<Drainage["answer"]>): void {
    const drip = this.#drips.get(stream);
    if (!drip || !(stream instanceof Socket)) return;
    drip.pending += chunk.toString("latin1");
    const next = answer(lastSentOn(stream), drip.pending);
    if (next === undefined) return;
    drip.pending = "";
    stream.write(next, "latin1");
  }

  #count(drip: Drip, phase: number | undefined): void {
    if (phase === END_MARK.measured) {
      drip.measured += 1;
      this.#measured += 1;
      this.#lastUs = nowUs();
      const { epochUs, intervalUs, intervals } = this.#course;
      const at = Math.max(0, Math.min(intervals - 1, Math.floor((this.#lastUs - epochUs) / intervalUs)));
      this.#byInterval[at] = (this.#byInterval[at] ?? 0) + 1;
    } else if (phase === END_MARK.unmeasured) {
      drip.unmeasured += 1;
      this.#unmeasured += 1;
    }
  }
}

/** How much of the mark the chunk ends with. */
function beginningAtEnd(chunk: Buffer, from: number): number {
  for (let length = Math.min(MARK.length - 1, chunk.length - from); length > 0; length -= 1)
    if (chunk.subarray(chunk.length - length).equals(MARK.subarray(0, length))) return length;
  return 0;
}
