import { LabError } from "../../core/errors.ts";
import type { Encoded } from "../codec/port.ts";
import type { ClientSettings } from "../port/defaults.ts";
import type { Capabilities, ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { type Fields, isEvent } from "../session/envelope.ts";
import { listening, startHeartbeat } from "../session/heartbeat.ts";
import {
  type ClientConnection,
  type ConnectionEvents,
  connectClient,
  type OpenConnection,
} from "../session/reconnecting-client.ts";
import { Requests } from "../session/requests.ts";
import { type Connection, type Dialogue, isSame, type Receiver } from "./dialogue.ts";

const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const PATIENCE_MS = 500;

/** The client of conversing(). */
export function connect<Frame>(
  speech: Dialogue<Frame>,
  endpoint: Endpoint,
  options: ConnectOptions,
  supports: Capabilities,
): Promise<TransportClient> {
  const open: OpenConnection = async (settings, events, signal) => {
    signal.throwIfAborted();
    const { localAddress, token } = settings;
    // A type assertion, because the compiler does not see the callback's assignment.
    let talk = undefined as Talk | undefined;
    const abort = () => talk?.fail(LabError.from(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    try {
      const options = { localAddress, token, signal, maxMessageBytes: MAX_MESSAGE_BYTES };
      await speech.dial(endpoint, options, (connection) => {
        talk = begin(speech, connection, settings, events);
        if (signal.aborted) abort();
        return talk.receiver;
      });
      if (!talk)
        throw new LabError("internal", "the transport's dial() settled without opening a connection");
      if (!speech.handshake) await talk.hello(token);
      return talk;
    } catch (error) {
      const reason = signal.aborted ? LabError.from(signal.reason) : LabError.from(error, "unreachable");
      talk?.fail(reason);
      throw reason;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
  return connectClient(open, options, supports);
}

/** A connection, from the moment that it stands. */
interface Talk extends ClientConnection {
  readonly receiver: Receiver;
  /** Settles when the server has taken the token. */
  hello(token: string): Promise<unknown>;
  fail(reason: LabError): void;
}

function begin<Frame>(
  speech: Dialogue<Frame>,
  connection: Connection<Frame>,
  settings: ClientSettings,
  events: ConnectionEvents,
): Talk {
  const { codec, frame, ping, pong, unseenPings } = speech;
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  let over = false;
  let reason: LabError | undefined;
  /** What the server said last, if that was an error about no request. */
  let finalError: LabError | undefined;
  let settleGone: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    settleGone = resolve;
  });
  const fail = (error: LabError) => {
    reason ??= error;
    over = true;
    try {
      connection.destroy();
    } catch {
      // A transport that can't even end it won't report that it is gone; the reason has been noted.
      receiver.closed();
    }
  };
  // Once it is over, closed() rejects what waits for an answer.
  const send = (message: Encoded) => {
    if (over) return;
    try {
      connection.send(frame(message));
    } catch (error) {
      fail(LabError.from(error, "closed"));
    }
  };
  const receive = (message: Encoded) => {
    const fields = codec.parseTrusted(message);
    finalError = undefined;
    if (isEvent(fields)) events.event(fields);
    else if (fields.op === "ok") requests.settle(fields.ref, fields);
    else if (fields.op === "error") {
      const error = LabError.fromWire(fields.code, fields.message);
      if (fields.ref === null) finalError = error;
      else requests.fail(fields.ref, error);
    }
  };
  const heartbeat = startHeartbeat(unseenPings ? settings.heartbeat : listening(settings.heartbeat), {
    probe: () => (connection.ping ? connection.ping() : send(ping)),
    dead: () => fail(new LabError("heartbeat_timeout", "the server went silent")),
  });
  const receiver: Receiver = {
    alive: heartbeat.alive,
    message: (message) => {
      heartbeat.alive();
      if (over) return;
      try {
        if (connection.ping) receive(message);
        else if (isSame(message, ping)) send(pong);
        else if (!isSame(message, pong)) receive(message);
      } catch (error) {
        fail(LabError.from(error, "malformed"));
      }
    },
    failed: (error) => fail(LabError.from(error, "closed")),
    closed: () => {
      over = true;
      heartbeat.stop();
      const ended = reason ?? finalError ?? new LabError("closed", "the server closed the connection");
      requests.end(ended);
      events.down(ended);
      settleGone();
    },
  };
  return {
    receiver,
    fail,
    hello: (token) => requests.start((ref) => send(codec.encode({ op: "connect", ref, token }))),
    request: (operation) => requests.start((ref) => send(codec.encode({ ...operation, ref }))),
    close: async () => {
      const closedByClient = new LabError("closed", "closed by the client");
      reason ??= closedByClient;
      const end = () => fail(closedByClient);
      const impatient = setTimeout(end, PATIENCE_MS);
      if (!over) {
        over = true;
        try {
          connection.end();
        } catch {
          end();
        }
      }
      await gone;
      clearTimeout(impatient);
    },
  };
}
