import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import type { CatchUp } from "../../core/catch-up.ts";
import type { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Delivery } from "../../core/notification.ts";
import { guarded } from "../limits/guard.ts";
import { sendMissed } from "../session/catching-up.ts";
import { type Heartbeat, startHeartbeat } from "../session/heartbeat.ts";
import type { HttpPeer } from "./sessions.ts";

/** One message as it goes to every stream. */
export interface Chunk {
  readonly bytes: number;
  /** What Node.js counts for it while it waits to be written: of a text its UTF-16 units, else its bytes. */
  readonly units: number;
}

/** What is known of the request that a stream answers: what it comes on, which a client that is gone closes. */
export interface StreamRequest {
  readonly socket: {
    once(event: "close", listener: () => void): unknown;
    off(event: "close", listener: () => void): unknown;
    destroy(): unknown;
    readonly destroyed: boolean;
  };
}

/** Where a stream is written to. */
export type StreamResponse = Pick<Writable, "writableLength" | "end" | "destroy">;

/** What the messages of a stream are, and how they go out. A chunk is made once and written to many streams. */
export interface Framing<
  C extends Chunk,
  Req extends StreamRequest = IncomingMessage,
  Res extends StreamResponse = ServerResponse,
> {
  event(event: Delivery): C;
  /** The last word of a stream: why it ends. */
  last(reason: LabError): C;
  /**
   * Sends the head; settles with the way to send chunks. Rejects when the request is not one to open a stream on, and has then sent
   * nothing. `failed` is told what goes wrong later.
   */
  open(request: Req, response: Res, failed: (error: unknown) => void): Promise<(chunk: C) => void>;
}

/** What a chunk that waits is counted as at least: each is an object on the heap, however short it is. */
const LEAST_HELD_BYTES = 64;

/** What all peers of one server share. */
interface PeerContext<C extends Chunk, Req extends StreamRequest, Res extends StreamResponse> {
  readonly hub: Hub;
  readonly framing: Framing<C, Req, Res>;
  readonly maxBufferedBytes: number;
}

interface PeerRequest<C extends Chunk, Req extends StreamRequest, Res extends StreamResponse> {
  readonly request: Req;
  readonly response: Res;
  /** The client has promised heartbeats, so that silence ends it. */
  readonly declaresLife: boolean;
  /** The server's heartbeat as this client takes it. */
  readonly ping: C;
  /** Forgets the session. */
  readonly forget: () => void;
}

/** A response without end that carries events, seen from the hub. */
export class StreamPeer<
  C extends Chunk,
  Req extends StreamRequest = IncomingMessage,
  Res extends StreamResponse = ServerResponse,
> implements HttpPeer
{
  readonly #context: PeerContext<C, Req, Res>;
  readonly #request: PeerRequest<C, Req, Res>;
  readonly #response: Res;
  readonly #closed: () => void;
  #write: ((chunk: C) => void) | undefined;
  /** What is due before the head is out. */
  #early: C[] = [];
  #earlyBytes = 0;
  /** What was sent since nothing waited. */
  #sentBytes = 0;
  #sentUnits = 0;
  #life: Heartbeat | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #echoed = false;
  /** What waited at the last beat, and what was sent since, in units. */
  #waited = 0;
  #sentSince = 0;
  #over = false;

  constructor(context: PeerContext<C, Req, Res>, request: PeerRequest<C, Req, Res>) {
    this.#context = context;
    this.#request = request;
    this.#response = request.response;
    this.#closed = guarded(context.hub, () => undefined, this.leave);
  }

  /** Sends the head and what has been queued. Rejects when the request is not one to open a stream on; nothing has been sent then. */
  async open(): Promise<void> {
    const { request, response, declaresLife } = this.#request;
    const { framing, hub } = this.#context;
    // It may have gone while its channels were asked for, and tells nobody a second time.
    if (request.socket.destroyed) {
      this.leave();
      return;
    }
    // Not the response's event: one that is queued behind another on its connection never gets it.
    request.socket.once("close", this.#closed);
    const write = await framing.open(request, response, this.#failed);
    if (this.#over) return;
    this.#write = write;
    for (const chunk of this.#early.splice(0)) this.send(chunk);
    this.#pulse = setInterval(guarded(hub, this.cut, this.#beat), hub.heartbeat.intervalMs);
    if (declaresLife)
      this.#life = startHeartbeat(hub.heartbeat, {
        probe: () => undefined,
        dead: guarded(hub, this.cut, this.cut),
      });
  }

  /** Sends one chunk, or cuts the client off when it has left too much unread. */
  send(chunk: C): void {
    if (this.#over) return;
    const held = this.#heldBytes();
    if (!this.#context.hub.withinBound(held, this.#context.maxBufferedBytes)) this.#cutSlow();
    else if (this.#write) {
      this.#sentBytes += Math.max(LEAST_HELD_BYTES, chunk.bytes);
      this.#sentUnits += chunk.units;
      this.#sentSince += chunk.units;
      this.#write(chunk);
    } else {
      this.#early.push(chunk);
      this.#earlyBytes += Math.max(LEAST_HELD_BYTES, chunk.bytes);
    }
  }

  catchUp(catchUp: CatchUp): void {
    const { hub, framing, maxBufferedBytes } = this.#context;
    sendMissed(hub, catchUp, {
      send: (event) => this.send(framing.event(event)),
      heldBytes: () => this.#heldBytes(),
      maxBufferedBytes,
      end: guarded(hub, this.cut, (reason: LabError) => this.end(reason)),
    });
  }

  heard(): void {
    this.#life?.alive();
  }

  /** A heartbeat that asks for one in return, on the stream. */
  echo(): void {
    this.heard();
    this.#echoed = true;
    this.send(this.#request.ping);
  }

  end(reason: LabError): void {
    if (this.#over) return;
    const { framing, maxBufferedBytes } = this.#context;
    // A last word would wait behind what the client does not read, and hold the connection for as long.
    if (!this.#write || this.#heldBytes() > maxBufferedBytes / 2) this.cut();
    else {
      this.#write(framing.last(reason));
      this.leave();
      this.#response.end();
    }
  }

  /** What was written and not read, in bytes. */
  #heldBytes(): number {
    if (!this.#write) return this.#earlyBytes;
    const units = this.#response.writableLength;
    if (units > 0 && this.#sentUnits > 0) return units * (this.#sentBytes / this.#sentUnits);
    this.#sentBytes = 0;
    this.#sentUnits = 0;
    return units;
  }

  readonly #beat = (): void => {
    // A client that sends nothing gives no sign but this one: nothing of what was due was taken for a whole interval.
    const waits = this.#response.writableLength;
    if (waits > 0 && waits >= this.#waited + this.#sentSince) {
      this.cut();
      return;
    }
    this.#waited = waits;
    this.#sentSince = 0;
    if (!this.#echoed) this.send(this.#request.ping);
    this.#echoed = false;
  };

  #cutSlow(): void {
    this.#context.hub.cutOff();
    this.cut();
  }

  readonly #failed = (error: unknown): void => {
    this.#context.hub.internalError(error);
    this.cut();
  };

  /** Ends the connection at once. */
  readonly cut = (): void => {
    this.leave();
    // The response must know as well, before the library writes to it again; one that is queued has no socket of its own.
    this.#response.destroy();
    this.#request.request.socket.destroy();
  };

  /** The stream is no longer the session's, whatever became of it; idempotent. */
  readonly leave = (): void => {
    if (this.#over) return;
    this.#over = true;
    this.#early = [];
    this.#life?.stop();
    clearInterval(this.#pulse);
    this.#request.request.socket.off("close", this.#closed);
    this.#request.forget();
  };
}
