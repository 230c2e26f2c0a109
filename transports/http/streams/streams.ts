import type { Identity } from "../../../core/access.ts";
import type { Hub } from "../../../core/hub.ts";
import type { Outlet } from "../../../core/session.ts";
import type { Subscribed } from "../../../core/subscriptions.ts";
import { HttpSessions } from "../sessions.ts";
import { attachStreams } from "../stream-outlet.ts";
import {
  type Chunk,
  type Framing,
  StreamPeer,
  type StreamRequest,
  type StreamResponse,
} from "../stream-peer.ts";
import type { StreamQuery } from "./query.ts";

/** A stream's protocol: how its messages are framed, and which there are beside events. */
export interface StreamProtocol<C extends Chunk, Req extends StreamRequest, Res extends StreamResponse>
  extends Framing<C, Req, Res> {
  /** Where a stream is asked for. */
  readonly path: string;
  /** The first message. `id` is where to resume from if nothing comes before the connection breaks; the text is JSON. */
  welcome(id: string | undefined, text: string): C;
  /** A heartbeat that a client's program need not see. */
  readonly ping: C;
  /** One that it sees. */
  readonly aliveEvent: C;
}

/** What one stream goes over. */
interface Opening<Req, Res> {
  readonly request: Req;
  readonly response: Res & { readonly headersSent: boolean };
  /** Called once its session is over. */
  ended(): void;
}

/** The sessions of one server, each of which has a stream. */
export class Streams<C extends Chunk, Req extends StreamRequest, Res extends StreamResponse> {
  readonly sessions: HttpSessions<StreamPeer<C, Req, Res>>;
  readonly outlet: Outlet<StreamPeer<C, Req, Res>>;
  readonly #hub: Hub;
  readonly #protocol: StreamProtocol<C, Req, Res>;
  readonly #maxBufferedBytes: number;

  constructor(hub: Hub, protocol: StreamProtocol<C, Req, Res>, maxBufferedBytes: number) {
    this.#hub = hub;
    this.#protocol = protocol;
    this.#maxBufferedBytes = maxBufferedBytes;
    this.outlet = attachStreams(hub, protocol);
    this.sessions = new HttpSessions(hub, this.outlet);
  }

  /** Settles when the stream stands, or was cut. Rejects with why it can't be had, and has then sent nothing. */
  async open(
    identity: Identity,
    { channels, after, declaresLife, heartbeatEvents }: StreamQuery,
    { request, response, ended }: Opening<Req, Res>,
  ): Promise<void> {
    const hub = this.#hub;
    const protocol = this.#protocol;
    const context = { hub, framing: protocol, maxBufferedBytes: this.#maxBufferedBytes };
    let id = "";
    const forget = () => {
      this.sessions.forget(id);
      ended();
    };
    const session = this.sessions.open(identity, (given) => {
      id = given;
      const ping = heartbeatEvents ? protocol.aliveEvent : protocol.ping;
      return new StreamPeer(context, { request, response, declaresLife, ping, forget });
    });
    const { peer } = session;
    try {
      const followed = hub.subscribe(session, channels, after);
      // Awaited only where there is something to wait for: what comes next has to be done before any event is.
      const { standings, catchUp } = followed instanceof Promise ? await followed : followed;
      // While it resumes, that is still where it came from.
      const from = typeof after === "string" ? after : standings[0]?.cursor;
      peer.send(protocol.welcome(from, welcome(hub, id, standings)));
      await peer.open();
      if (catchUp) peer.catchUp(catchUp);
    } catch (error) {
      peer.leave();
      // Before the head is out, what went wrong can be told.
      if (!response.headersSent) throw error;
      hub.internalError(error);
      peer.cut();
    }
  }
}

function welcome(hub: Hub, session: string, standings: readonly Subscribed[]): string {
  const channels = standings.map(({ channel, seq, cursor, missed }) => ({ channel, seq, cursor, missed }));
  return JSON.stringify({ session, heartbeat: hub.heartbeat, channels });
}
