import { tokenExpired } from "../core/access.ts";
import { LabError } from "../core/errors.ts";
import type { Hub, Outlet } from "../core/hub.ts";
import type { Session } from "../core/session.ts";
import { type Connection, PING, PONG, type Receiver, type Speech } from "./conversing-port.ts";
import { parseObject, type Ref, readRef } from "./envelope.ts";
import { guarded } from "./guard.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { answerText, encodeError, encodeOk } from "./json-dialogue.ts";
import type { WaitingRoom } from "./waiting-room.ts";

/** One connection, seen from the hub and from its server. */
export interface Peer<Frame> {
  /** May throw what the wire throws. */
  write(frame: Frame): void;
  /** Ends the connection at once; never throws. */
  cut(): void;
  /** Tells that the token has run out, and ends the connection. */
  expire(): void;
}

/** What the connections of one server share. */
export interface Service<Frame> {
  readonly speech: Speech<Frame>;
  readonly hub: Hub;
  readonly outlet: Outlet<Peer<Frame>>;
  readonly maxBufferedBytes: number;
  readonly connections: Set<Connection<Frame>>;
  readonly waiting: WaitingRoom<Peer<Frame>>;
}

/** How long a connection that is told its end may take to end. */
const CLOSING_MS = 1_000;

/** Serves one connection until it is gone. Whatever its wire throws ends this connection and no other. */
export function accept<Frame>(service: Service<Frame>, connection: Connection<Frame>): Receiver {
  const { speech, hub, outlet, maxBufferedBytes, connections, waiting } = service;
  let session: Session<Peer<Frame>> | undefined;
  let over = false;
  let impatient: NodeJS.Timeout | undefined;

  const leave = () => {
    over = true;
    heartbeat.stop();
    waiting.leave(peer);
    if (session) hub.disconnect(session);
  };
  const gone = () => {
    leave();
    clearTimeout(impatient);
    connections.delete(connection);
  };
  const cut = () => {
    leave();
    // A wire that can't even end it will not tell either that it is gone.
    guarded(hub, gone, () => connection.destroy())();
  };
  const write = (frame: Frame) => {
    if (over) return;
    if (!hub.withinBound(connection.bufferedBytes(), maxBufferedBytes)) {
      hub.cutOff();
      cut();
    } else connection.send(frame);
  };
  const say = (text: string) => write(speech.frame(text));
  const refuse = guarded(hub, cut, (ref: Ref, reason: unknown) => {
    if (over) return;
    leave();
    impatient = setTimeout(cut, CLOSING_MS);
    connection.send(speech.frame(encodeError(ref, reason)));
    connection.end();
  });
  const peer: Peer<Frame> = { write, cut, expire: () => refuse(null, tokenExpired()) };

  const greet = (text: string) => {
    let ref: Ref = null;
    try {
      const hello = parseObject(text);
      ref = readRef(hello);
      if (hello.op !== "connect")
        throw new LabError("unauthenticated", "the first message must be connect, with a token");
      const identity = hub.admit(typeof hello.token === "string" ? hello.token : "");
      session = outlet.connect(identity, peer);
      waiting.leave(peer);
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      refuse(ref, error);
      return;
    }
    say(encodeOk(ref, {}));
  };
  const correspondent = {
    send: say,
    heldBytes: () => connection.bufferedBytes(),
    maxBufferedBytes,
    end: (reason: LabError) => refuse(null, reason),
  };

  const heartbeat = startHeartbeat(hub.heartbeat, {
    // Who has not been let in is no session's, and is ended by its deadline.
    probe: guarded(hub, cut, () => {
      if (session) write(speech.ping);
    }),
    dead: cut,
  });
  connections.add(connection);
  waiting.enter(peer);
  return {
    alive: heartbeat.alive,
    message: guarded(hub, cut, (text: string) => {
      heartbeat.alive();
      if (over) return;
      if (text === PING) write(speech.pong);
      else if (text === PONG) return;
      else if (session) answerText(hub, session, text, correspondent);
      else greet(text);
    }),
    failed: (error) => {
      const known = LabError.from(error, "closed");
      if (known.code === "malformed" && !over) refuse(null, known);
      else cut();
    },
    closed: gone,
  };
}
