import type { Socket } from "node:net";
import type { CatchUp } from "../../../core/catch-up.ts";
import { LabError } from "../../../core/errors.ts";
import type { Hub } from "../../../core/hub.ts";
import { guarded } from "../../limits/guard.ts";
import type { HttpPeer } from "../sessions.ts";
import type { Batch, Batches, Item } from "./batch.ts";
import type { PollBuffer } from "./buffer.ts";
import { Missed } from "./missed.ts";
import type { Poll } from "./poll.ts";

/** How often a session without a poll yet is looked at from then on. */
const LOOK_MS = 1_000;
/** How long a session lives on whose poll was cut off by the network, at most: the time to poll again. */
const CUT_MS = 2_000;

/** How often in a row an answer may be asked for again: a client does so whose connection was cut, and goes on from the answer when it comes. */
const MAX_REPEATS = 16;

/** When polls come and are answered. */
export interface PollTimes {
  /** How long a poll waits for an event, at most the heartbeat interval; 0: it is answered at once. */
  readonly waitMs: number;
  /** From an answer to the next poll, at most. */
  readonly nextPollMs: number;
  /** How long a session may wait for its first poll, at most, once the connection that opened it is gone. */
  readonly firstPollMs: number;
}

interface PeerOptions {
  readonly buffer: PollBuffer;
  /**
   * The connection that the session was opened on. While it stands its client lives, and may be too busy to poll, as in a storm of
   * connections: it is then given the time that it would have between two polls.
   */
  readonly opener: Socket;
  readonly batches: Batches;
  readonly hub: Hub;
  readonly maxBufferedBytes: number;
  readonly times: PollTimes;
  /** Forgets the session. */
  readonly forget: () => void;
  /** The connection has an answer of a session that is over. */
  readonly leave: (socket: Socket) => void;
}

/** One session: its buffer, the poll that waits if any, and the one timer that watches both. */
export class PollPeer implements HttpPeer {
  readonly #options: PeerOptions;
  readonly #buffer: PollBuffer;
  readonly #missed: Missed;
  readonly #patienceMs: number;
  readonly #due: () => void;
  readonly #closed: () => void;
  #poll: Poll | undefined;
  /** The connection that the last poll came on. */
  #socket: Socket | undefined;
  /** Until the first poll. */
  #opener: Socket | undefined;
  readonly #openedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** When the waiting poll is answered, or without one when the session ends; the timer may be set for an earlier time. */
  #dueAt = 0;
  #timerAt = Number.POSITIVE_INFINITY;
  #over = false;

  constructor(options: PeerOptions) {
    const { hub, buffer, batches, maxBufferedBytes } = options;
    this.#options = options;
    this.#buffer = buffer;
    this.#missed = new Missed(hub, {
      push: (event) => buffer.push(batches.item(event)),
      // Half of what may be held is left to new events, so that what was missed is never dropped to make room for itself.
      hasRoom: () => buffer.bytes <= maxBufferedBytes / 2,
      end: (reason) => this.end(reason),
    });
    this.#opener = options.opener;
    this.#patienceMs = options.times.nextPollMs;
    const fail = () => this.end(new LabError("internal", "an error in the server; open a new session"));
    this.#due = guarded(hub, fail, () => this.#onDue());
    this.#closed = guarded(hub, fail, () => this.#onClosed());
    this.#dueIn(Math.min(this.#patienceMs, options.times.firstPollMs));
  }

  /** Whether poll() will take this cursor. */
  expects(after: string): boolean {
    return this.#buffer.knows(after);
  }

  /**
   * Answers the poll at once when there is something to tell or polls don't wait, else keeps it. Throws `invalid_cursor`. Ends the session with
   * `slow_consumer` when one answer is asked for again and again, as by a client that pipelines polls and reads nothing.
   */
  poll(poll: Poll, after: string): void {
    const { waitMs } = this.#options.times;
    this.#buffer.acknowledge(after);
    this.#watch(poll.socket);
    // A second poll of a session means that its client has given up the first, whatever became of it.
    const now = performance.now();
    this.#answerEmpty(now);
    this.#opener = undefined;
    this.#poll = poll;
    if (this.#buffer.repeats > MAX_REPEATS) {
      this.#options.hub.cutOff();
      this.end(new LabError("slow_consumer", "one answer was asked for too often; open a new session"));
      return;
    }
    if (waitMs > 0) this.#dueIn(waitMs, now);
    this.#missed.fill();
    this.#flush(now);
    if (waitMs === 0) this.#answerEmpty(now);
  }

  /** `now` is performance.now(), asked once for all subscribers. */
  send(item: Item, now: number): void {
    if (this.#over) return;
    this.#buffer.push(item);
    this.#flush(now);
  }

  /** What was missed fills the buffer as polls empty it. */
  catchUp(catchUp: CatchUp): void {
    this.#missed.add(catchUp);
    this.#flush();
  }

  end(reason: LabError): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#socket?.off("close", this.#closed);
    const poll = this.#poll;
    this.#poll = undefined;
    const socket = this.#socket;
    if (socket && (poll || socket.writableLength > 0)) this.#options.leave(socket);
    this.#options.forget();
    poll?.refuse(reason);
  }

  #flush(now = performance.now()): void {
    if (!this.#poll) return;
    const batch = this.#buffer.take();
    if (batch) this.#answer(batch, now);
  }

  /** With nothing new, if there is a poll. */
  #answerEmpty(now = performance.now()): void {
    if (this.#poll) this.#answer(this.#options.batches.empty(this.#buffer.cursor), now);
  }

  #answer(batch: Batch, now = performance.now()): void {
    const poll = this.#poll;
    if (!poll) return;
    this.#poll = undefined;
    this.#dueIn(this.#patienceMs, now);
    poll.answer(batch);
  }

  /** Listens once a connection, which carries many polls, and not once a response. */
  #watch(socket: Socket): void {
    const before = this.#socket;
    if (socket === before) return;
    before?.off("close", this.#closed);
    // Its client has given up the answer that it left unread there, which would be held for as long as that connection stands.
    if (before && before.writableLength > 0) before.destroy();
    this.#socket = socket;
    socket.once("close", this.#closed);
  }

  #onClosed(): void {
    this.#socket = undefined;
    if (!this.#poll) return;
    this.#poll = undefined;
    this.#dueIn(Math.min(this.#patienceMs, CUT_MS));
  }

  #dueIn(ms: number, now = performance.now()): void {
    this.#dueAt = now + ms;
    // Setting a timer for every poll would cost more than letting one run out early and setting it anew.
    if (this.#dueAt < this.#timerAt) this.#setTimer();
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    this.#timerAt = this.#dueAt;
    this.#timer = setTimeout(this.#due, Math.max(1, this.#dueAt - performance.now()));
  }

  #onDue(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    if (performance.now() >= this.#dueAt) {
      if (this.#poll) this.#answerEmpty();
      else if (this.#mayStillPoll()) this.#dueIn(LOOK_MS);
      else this.end(new LabError("heartbeat_timeout", "no poll came in time"));
    }
    if (!this.#over && this.#timerAt === Number.POSITIVE_INFINITY) this.#setTimer();
  }

  #mayStillPoll(): boolean {
    return this.#opener?.destroyed === false && performance.now() < this.#openedAt + this.#patienceMs;
  }
}
