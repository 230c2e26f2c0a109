import type { Socket } from "node:net";
import type { Link } from "../../scenarios/link.ts";
import { nowUs } from "../measurement/clock.ts";
import type { Alarms } from "./alarms.ts";

/** Bytes that a direction of a connection holds before it reads no more. */
export const HELD_AT_MOST = 4 * 1024 * 1024;

interface Chunk {
  readonly dueUs: number;
  readonly bytes: Buffer;
}

/** One direction of one connection: reads here, writes there, as late and as fast as the link says. */
export class Lane {
  held = 0;
  passed = 0;
  readonly #from: Socket;
  readonly #to: Socket;
  #link: Link | undefined;
  #alarms: Alarms | undefined;
  readonly #random: () => number;
  readonly #queue: Chunk[] = [];
  /** When the last chunk taken is through: none overtakes another. */
  #lastDueUs = 0;
  /** When what was sent before is through; at first, when the connection's handshake would be. */
  #clearUs: number;
  #awaitedUs: number | undefined;
  #stopped = false;
  #ended = false;

  /** Without alarms nothing is delayed, whatever the link says. No byte is sent before `opensUs`: the handshake is under way. */
  constructor(
    from: Socket,
    to: Socket,
    link: Link | undefined,
    alarms: Alarms | undefined,
    random: () => number,
    opensUs = 0,
  ) {
    this.#from = from;
    this.#to = to;
    this.#link = link;
    this.#alarms = alarms;
    this.#random = random;
    this.#clearUs = opensUs;
    from.on("data", (bytes: Buffer) => this.#take(bytes));
    from.on("end", () => {
      this.#ended = true;
      this.#release();
    });
    to.on("drain", () => this.#flow());
  }

  /** From the next bytes on; what is held keeps its moment, and none overtakes it. */
  setLink(link: Link | undefined, alarms: Alarms | undefined): void {
    this.#link = link;
    this.#alarms = alarms;
  }

  /** Reads and passes on nothing until go(). */
  stop(): void {
    this.#stopped = true;
    this.#from.pause();
  }

  go(): void {
    this.#stopped = false;
    this.#release();
    this.#flow();
  }

  close(): void {
    this.#queue.length = 0;
    this.held = 0;
  }

  #take(bytes: Buffer): void {
    this.held += bytes.length;
    const dueUs = this.#link && this.#alarms ? this.#dueUs(this.#link, bytes.length) : 0;
    const now = dueUs === 0 || dueUs <= nowUs();
    if (now && this.#queue.length === 0 && !this.#stopped) this.#write(bytes);
    else {
      this.#queue.push({ dueUs, bytes });
      if (!this.#stopped && this.#queue.length === 1) this.#wake(dueUs);
    }
    if (this.held >= HELD_AT_MOST) this.#from.pause();
  }

  #dueUs(link: Link, length: number): number {
    const arrivedUs = nowUs();
    const sendUs = link.bytesPerSecond === undefined ? 0 : (length / link.bytesPerSecond) * 1_000_000;
    this.#clearUs = Math.max(this.#clearUs, arrivedUs) + sendUs;
    const jitterMs = link.jitterMs * (2 * this.#random() - 1);
    const again = link.lossShare > 0 && this.#random() < link.lossShare ? link.retransmitMs : 0;
    const dueUs = this.#clearUs + (Math.max(0, link.delayMs + jitterMs) + again) * 1_000;
    this.#lastDueUs = Math.max(this.#lastDueUs, dueUs);
    return this.#lastDueUs;
  }

  #release(): void {
    if (this.#stopped) return;
    const untilUs = nowUs();
    let sent = 0;
    for (const { dueUs, bytes } of this.#queue) {
      if (dueUs > untilUs) break;
      sent += 1;
      this.#write(bytes);
    }
    this.#queue.splice(0, sent);
    const [next] = this.#queue;
    if (next) this.#wake(next.dueUs);
    else if (this.#ended) this.#to.end();
  }

  #wake(dueUs: number): void {
    if (dueUs === this.#awaitedUs) return;
    this.#awaitedUs = dueUs;
    this.#alarms?.set(dueUs, () => this.#release());
  }

  #write(bytes: Buffer): void {
    if (this.#to.destroyed) return;
    this.held -= bytes.length;
    this.passed += bytes.length;
    // What the peer has not taken is bounded by not reading more; held is what the link holds.
    if (!this.#to.write(bytes)) this.#from.pause();
    else this.#flow();
  }

  #flow(): void {
    const room = this.held < HELD_AT_MOST / 2 && !this.#to.writableNeedDrain;
    if (!this.#stopped && room && this.#from.isPaused()) this.#from.resume();
  }
}
