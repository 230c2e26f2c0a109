import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import type { Outlet, Session } from "../../core/session.ts";
import type { Codec, Encoded } from "../codec/codec.ts";
import type { WaitingRoom } from "../limits/waiting-room.ts";
import { sendMissed } from "../session/catching-up.ts";
import { type Answer, errorAnswer, okAnswer, perform, type Ref, readRef } from "../session/envelope.ts";
import { type Heartbeat, startHeartbeat } from "../session/heartbeat.ts";
import { type Connection, isSame, type Receiver } from "./dialogue.ts";
import type { Speech } from "./port.ts";

/** What the connections of one server share. */
export interface Service<Frame> {
  readonly speech: Speech<Frame>;
  readonly hub: Hub;
  readonly outlet: Outlet<Peer<Frame>>;
  readonly maxBufferedBytes: number;
  readonly peers: Set<Peer<Frame>>;
  readonly waiting: WaitingRoom<Peer<Frame>>;
}

/** How long a connection may take to end after it got the reason. */
const CLOSING_MS = 1_000;
/** Answers that may wait for a client which asks and does not read: short ones cost more than the bytes that they are bounded by. */
const MAX_UNREAD_ANSWERS = 1_000;

/** One connection, served until it is gone. It never throws: whatever the transport throws ends this connection and no other. */
export class Peer<Frame> implements Receiver {
  readonly #service: Service<Frame>;
  readonly #connection: Connection<Frame>;
  readonly #heartbeat: Heartbeat;
  #session: Session<Peer<Frame>> | undefined;
  #over = false;
  /** Since there was last less waiting for the client than at the answer before. */
  #unreadAnswers = 0;
  #heldAtAnswer = 0;
  #impatient: NodeJS.Timeout | undefined;

  constructor(service: Service<Frame>, connection: Connection<Frame>, identity: Identity | undefined) {
    this.#service = service;
    this.#connection = connection;
    this.#heartbeat = startHeartbeat(service.hub.heartbeat, {
      probe: () => this.#probe(),
      dead: () => this.cut(),
    });
    this.alive = this.#heartbeat.alive;
    service.peers.add(this);
    if (identity) this.#enter(identity);
    else service.waiting.enter(this);
  }

  /** Sends one event, or cuts the connection off when too much waits for its reader. */
  deliver(frame: Frame): void {
    try {
      this.#write(frame);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Follows the topic from now on, unless it is cut off because too much waits for its reader. */
  follow(topic: string): void {
    try {
      if (this.#isWithinBound()) this.#connection.follow?.(topic);
      else this.#cutOff();
    } catch (error) {
      this.#fail(error);
    }
  }

  unfollow(topic: string): void {
    try {
      this.#connection.unfollow?.(topic);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Tells the client why, and ends the connection. */
  end(reason: LabError): void {
    this.#end(reason);
  }

  /** Ends the connection at once. */
  cut(): void {
    this.#leave();
    try {
      this.#connection.destroy();
    } catch (error) {
      this.#service.hub.internalError(error);
      // A transport that can't even end it won't report that it is gone.
      this.closed();
    }
  }

  readonly alive: () => void;

  readonly message = (message: Encoded): void => {
    this.#heartbeat.alive();
    if (this.#over) return;
    const { codec, frame, ping, pong } = this.#service.speech;
    try {
      if (this.#connection.ping) this.#answer(message, codec);
      else if (isSame(message, ping)) this.#answerWith(frame(pong));
      else if (!isSame(message, pong)) this.#answer(message, codec);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly failed = (error: unknown): void => {
    const known = LabError.from(error, "closed");
    if (known.code === "malformed" && !this.#over) this.#end(known);
    else this.cut();
  };

  readonly closed = (): void => {
    this.#leave();
    clearTimeout(this.#impatient);
    this.#service.peers.delete(this);
  };

  /** Carries out one request and sends the answer, then what a resumed subscription has missed. */
  #answer(message: Encoded, codec: Codec): void {
    const { hub } = this.#service;
    const session = this.#session;
    let ref: Ref = null;
    try {
      const request = codec.parse(message);
      ref = readRef(request);
      if (!session) {
        if (request.op !== "connect")
          throw new LabError("unauthenticated", "the first message must be connect, with a token");
        this.#begin(hub.admit(typeof request.token === "string" ? request.token : ""));
        this.#tell(okAnswer(ref, {}));
        return;
      }
      if (request.op === "ping") {
        this.#tell({ op: "pong" });
        return;
      }
      const answer = perform(hub, session, request);
      if (!(answer instanceof Promise)) this.#reply(ref, answer);
      else
        void answer
          .then((late) => this.#reply(ref, late))
          .catch((error: unknown) => this.#refuse(ref, error))
          .catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#refuse(ref, error);
    }
  }

  #reply(ref: Ref, { result, catchUp }: Answer): void {
    const { hub, maxBufferedBytes } = this.#service;
    this.#tell(okAnswer(ref, result));
    if (!catchUp) return;
    const { codec, frame } = this.#service.speech;
    sendMissed(hub, catchUp, {
      send: (event) => this.#write(frame(codec.encode(event))),
      heldBytes: () => this.#connection.bufferedBytes(),
      maxBufferedBytes,
      end: (reason) => this.#end(reason),
    });
  }

  #refuse(ref: Ref, error: unknown): void {
    // Anything else is an internal error.
    if (!(error instanceof LabError)) throw error;
    if (this.#session) this.#tell(errorAnswer(ref, error));
    else this.#end(error, ref);
  }

  /** Opens the session of the user whom the handshake has authenticated. */
  #enter(identity: Identity): void {
    try {
      this.#begin(identity);
    } catch (error) {
      // Others of the same user came in meanwhile.
      if (error instanceof LabError) this.#end(error);
      else this.#fail(error);
    }
  }

  #begin(identity: Identity): void {
    const { outlet, waiting } = this.#service;
    this.#session = outlet.connect(identity, this);
    waiting.leave(this);
  }

  #probe(): void {
    // A connection without a session is ended by its deadline.
    if (!this.#session || this.#over) return;
    const { frame, ping } = this.#service.speech;
    try {
      if (this.#connection.ping) this.#connection.ping();
      else this.#write(frame(ping));
    } catch (error) {
      this.#fail(error);
    }
  }

  #tell(message: object): void {
    const { codec, frame } = this.#service.speech;
    this.#answerWith(frame(codec.encode(message)));
  }

  #answerWith(frame: Frame): void {
    const held = this.#connection.bufferedBytes();
    this.#unreadAnswers = held === 0 || held < this.#heldAtAnswer ? 0 : this.#unreadAnswers + 1;
    this.#heldAtAnswer = held;
    if (this.#over || this.#unreadAnswers <= MAX_UNREAD_ANSWERS) this.#write(frame);
    else this.#cutOff();
  }

  #write(frame: Frame): void {
    if (this.#over) return;
    if (this.#isWithinBound()) this.#connection.send(frame);
    else this.#cutOff();
  }

  #isWithinBound(): boolean {
    const { hub, maxBufferedBytes } = this.#service;
    return hub.withinBound(this.#connection.bufferedBytes(), maxBufferedBytes);
  }

  /** The reason waits behind what the peer does not read; it is sent, and the connection ends anyway. */
  #cutOff(): void {
    this.#service.hub.cutOff();
    this.#leave();
    this.#connection.close?.(new LabError("slow_consumer", "read too slowly; connect again"));
    this.cut();
  }

  #fail(error: unknown): void {
    this.#service.hub.internalError(error);
    if (this.#connection.close) this.#end(new LabError("internal", "an error in the server; connect again"));
    else this.cut();
  }

  /** Tells the client why, and ends the connection behind it. */
  #end(reason: LabError, ref: Ref = null): void {
    if (this.#over) return;
    this.#leave();
    this.#impatient = setTimeout(() => this.cut(), CLOSING_MS);
    try {
      if (this.#connection.close) this.#connection.close(reason);
      else {
        const { codec, frame } = this.#service.speech;
        this.#connection.send(frame(codec.encode(errorAnswer(ref, reason))));
        this.#connection.end();
      }
    } catch (error) {
      this.#service.hub.internalError(error);
      this.cut();
    }
  }

  /** The session is over, and nothing more is sent or heard. */
  #leave(): void {
    this.#over = true;
    this.#heartbeat.stop();
    this.#service.waiting.leave(this);
    if (this.#session) this.#service.hub.disconnect(this.#session);
  }
}
