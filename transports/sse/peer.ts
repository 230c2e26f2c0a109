import type { IncomingMessage, ServerResponse } from "node:http";
import type { CatchUp } from "../../core/catch-up.ts";
import type { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { sendMissed } from "../catching-up.ts";
import { encodeEvent } from "../envelope.ts";
import { type Heartbeat, startHeartbeat } from "../heartbeat.ts";
import { toHttpError } from "../http-errors.ts";
import type { HttpPeer } from "../http-sessions.ts";
import type { Flavour } from "./framing.ts";

/** What all peers of one server share. */
interface PeerContext<Chunk> {
  readonly hub: Hub;
  readonly flavour: Flavour<Chunk>;
  readonly maxBufferedBytes: number;
}

interface PeerRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client has promised signs of life, so that silence ends it. */
  readonly declaresLife: boolean;
  /** Forgets the session. */
  readonly forget: () => void;
}

/** One event stream, seen from the hub. */
export class EventPeer<Chunk> implements HttpPeer {
  readonly #context: PeerContext<Chunk>;
  readonly #request: PeerRequest;
  readonly #response: ServerResponse;
  readonly #maxBufferedBytes: number;
  #write: ((chunk: Chunk) => void) | undefined;
  /** What is due before the head is out. */
  #early: Chunk[] = [];
  #life: Heartbeat | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #echoed = false;
  #taken = -1;
  #over = false;

  constructor(context: PeerContext<Chunk>, request: PeerRequest) {
    this.#context = context;
    this.#request = request;
    this.#response = request.response;
    this.#maxBufferedBytes = context.maxBufferedBytes;
  }

  /** Sends the head and what has been queued; ends the peer when that fails. */
  async open(): Promise<void> {
    const { request, response, declaresLife } = this.#request;
    const { flavour, hub } = this.#context;
    const { socket } = request;
    // Not the response's event: one that is queued behind another on its connection never gets it.
    socket.once("close", this.#gone);
    try {
      const write = await flavour.open(request, response);
      if (this.#over) return;
      this.#write = write;
    } catch {
      // The library could not make sense of the request's head, and fastify has been told to keep out.
      this.cut();
      return;
    }
    for (const chunk of this.#early.splice(0)) this.send(chunk);
    this.#pulse = setInterval(() => this.#beat(), hub.heartbeat.intervalMs);
    if (declaresLife)
      this.#life = startHeartbeat(hub.heartbeat, {
        probe: () => undefined,
        dead: () => this.cut(),
      });
  }

  /** Sends one chunk, or cuts the client off when it has left too much unread. */
  send(chunk: Chunk): void {
    if (this.#over) return;
    if (!this.#write) this.#early.push(chunk);
    else if (!this.#context.hub.withinBound(this.#response.writableLength, this.#maxBufferedBytes))
      this.#cutSlow();
    else this.#write(chunk);
  }

  catchUp(catchUp: CatchUp): void {
    const { hub, flavour } = this.#context;
    sendMissed(hub, catchUp, {
      send: (event) => this.send(flavour.encode({ id: event.id, data: encodeEvent(event) })),
      heldBytes: () => this.#response.writableLength,
      maxBufferedBytes: this.#maxBufferedBytes,
      end: (reason) => this.end(reason),
    });
  }

  heard(): void {
    this.#life?.alive();
  }

  /** A sign of life that asks for one in return, on the stream. */
  echo(): void {
    this.heard();
    this.#echoed = true;
    this.send(this.#context.flavour.ping);
  }

  end(reason: LabError): void {
    if (this.#over) return;
    const data = JSON.stringify(toHttpError(reason).body);
    // A last word would wait behind what the client does not read, and hold the connection for as long.
    if (!this.#write || this.#response.writableLength > this.#maxBufferedBytes / 2) this.cut();
    else {
      this.#write(this.#context.flavour.encode({ event: "closed", data }));
      this.#gone();
      this.#response.end();
    }
  }

  #beat(): void {
    // A client that sends nothing gives no sign but this one: the kernel took not a byte for a whole interval.
    const { socket } = this.#request.request;
    const taken = socket.bytesWritten - socket.writableLength;
    if (socket.writableLength > 0 && taken === this.#taken) this.cut();
    else if (!this.#echoed) this.send(this.#context.flavour.ping);
    this.#taken = taken;
    this.#echoed = false;
  }

  #cutSlow(): void {
    this.#context.hub.counters.slowDisconnects += 1;
    this.cut();
  }

  /** Ends the connection at once. */
  cut(): void {
    this.#gone();
    // The response must know as well, before the library writes to it again; one that is queued has no socket of its own.
    this.#response.destroy();
    this.#request.request.socket.destroy();
  }

  readonly #gone = (): void => {
    if (this.#over) return;
    this.#over = true;
    this.#early = [];
    this.#life?.stop();
    clearInterval(this.#pulse);
    this.#request.request.socket.off("close", this.#gone);
    this.#request.forget();
  };
}
