import { tokenExpired } from "../core/access.ts";
import { LabError } from "../core/errors.ts";
import type { Hub, Outlet } from "../core/hub.ts";
import type { Session } from "../core/session.ts";
import {
  type Connection,
  type Listener,
  type ListenOptions,
  type Opened,
  PING,
  PONG,
  type Receiver,
  type Speech,
} from "./conversing-port.ts";
import { serveDefaults } from "./defaults.ts";
import { encodeEvent, maxRequestBytes, parseObject, type Ref, readRef } from "./envelope.ts";
import { guarded, toEach } from "./guard.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { answerText, encodeError, encodeOk } from "./json-dialogue.ts";
import { listenError } from "./listen.ts";
import type { ServeOptions, TransportServer } from "./transport.ts";

/** The server of conversing(). Rejects with `unreachable` when the wire can't listen. */
export async function serve<Frame>(
  speech: Speech<Frame>,
  hub: Hub,
  options?: ServeOptions,
): Promise<TransportServer> {
  const { maxBufferedBytes, ...at } = serveDefaults(options);
  const connections = new Set<Connection<Frame>>();
  const outlet = hub.attach<Peer<Frame>>(
    (event, audience) => {
      const frame = speech.frame(encodeEvent(event));
      toEach(
        hub,
        audience,
        ({ peer }) => peer.write(frame),
        ({ peer }) => peer.cut(),
      );
    },
    ({ peer }) => peer.expire(),
  );
  const service: Service<Frame> = { speech, hub, outlet, maxBufferedBytes, connections };
  let closing: Promise<void> | undefined;
  const listener = await listening(speech, { ...at, maxMessageBytes: maxRequestBytes(hub) }, (connection) => {
    // Whoever comes while the server closes was not among those that close() ended.
    if (closing) connection.destroy();
    return accept(service, connection);
  });
  const close = async () => {
    for (const connection of connections) connection.destroy();
    await listener.close();
    outlet.detach();
  };
  return {
    endpoint: listener.endpoint,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function listening<Frame>(
  speech: Speech<Frame>,
  at: ListenOptions,
  opened: Opened<Frame>,
): Promise<Listener> {
  try {
    return await speech.listen(at, opened);
  } catch (error) {
    throw error instanceof LabError ? error : listenError(error, at.host, at.port);
  }
}

interface Peer<Frame> {
  write(frame: Frame): void;
  cut(): void;
  /** Tells that the token has run out, and ends the connection. */
  expire(): void;
}

interface Service<Frame> {
  readonly speech: Speech<Frame>;
  readonly hub: Hub;
  readonly outlet: Outlet<Peer<Frame>>;
  readonly maxBufferedBytes: number;
  readonly connections: Set<Connection<Frame>>;
}

function accept<Frame>(service: Service<Frame>, connection: Connection<Frame>): Receiver {
  const { speech, hub, outlet, maxBufferedBytes, connections } = service;
  connections.add(connection);
  let session: Session<Peer<Frame>> | undefined;
  let over = false;
  const cut = () => {
    over = true;
    connection.destroy();
  };
  const write = (frame: Frame) => {
    if (over) return;
    if (!hub.withinBound(connection.bufferedBytes(), maxBufferedBytes)) {
      hub.counters.slowDisconnects += 1;
      cut();
    } else connection.send(frame);
  };
  const say = (text: string) => write(speech.frame(text));
  const refuse = (ref: Ref, reason: unknown) => {
    over = true;
    connection.send(speech.frame(encodeError(ref, reason)));
    connection.end();
  };
  const greet = (text: string) => {
    let ref: Ref = null;
    try {
      const hello = parseObject(text);
      ref = readRef(hello);
      if (hello.op !== "connect")
        throw new LabError("unauthenticated", "the first message must be connect, with a token");
      const identity = hub.admit(typeof hello.token === "string" ? hello.token : "");
      session = outlet.connect(identity, { write, cut, expire });
      say(encodeOk(ref, {}));
    } catch (error) {
      refuse(ref, error);
    }
  };
  const expire = () => {
    if (!over) refuse(null, tokenExpired());
  };
  const heartbeat = startHeartbeat(hub.heartbeat, {
    probe: guarded(hub, cut, () => (session && !over ? write(speech.ping) : cut())),
    dead: cut,
  });
  const correspondent = {
    send: say,
    heldBytes: () => connection.bufferedBytes(),
    maxBufferedBytes,
    end: (reason: LabError) => {
      if (!over) refuse(null, reason);
    },
  };
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
    closed: () => {
      over = true;
      heartbeat.stop();
      connections.delete(connection);
      if (session) hub.disconnect(session);
    },
  };
}
