import type { Socket } from "socket.io-client";
import { LabError } from "../../core/errors.ts";
import type { ClientSettings } from "../port/defaults.ts";
import { type Fields, isEvent, isObject } from "../session/envelope.ts";
import type { ClientConnection, ConnectionEvents } from "../session/reconnecting-client.ts";
import { Requests } from "../session/requests.ts";

/** By what the library's connection state recovery knows a client again, where its server has that. */
export interface LibrarySession {
  pid?: string | undefined;
  /** Of the last event that came. */
  offset?: string;
}

/** What lies under a client's socket. */
interface Below {
  /** Ends all of it at once. */
  destroy(): void;
  /** Lets what is under way finish, but not for long; settles when nothing is left. */
  end(): Promise<void>;
}

interface Talk {
  readonly settings: ClientSettings;
  readonly events: ConnectionEvents;
  readonly signal: AbortSignal;
  /** The same for all connections of a client. */
  readonly session: LibrarySession;
  readonly below: Below;
}

/** Connects the library's socket, whose own reconnection is off, and speaks on it; in Node.js and in pages. */
export async function converse(
  socket: Socket,
  { settings, events, signal, session, below }: Talk,
): Promise<ClientConnection> {
  // The signal brings the time limit.
  socket.io.timeout(false);
  const requests = new Requests<Fields>(settings.requestTimeoutMs);
  let reason: LabError | undefined;
  let closing = false;
  socket.on("event", (event: unknown, offset: unknown) => {
    if (typeof offset === "string") session.offset = offset;
    if (isObject(event) && isEvent(event)) events.event(event);
    else {
      reason ??= new LabError("malformed", "the server sent something that is not an event");
      socket.disconnect();
    }
  });
  socket.on("ended", (why: unknown) => {
    if (isObject(why)) reason ??= LabError.fromWire(why.code, why.message);
  });
  socket.once("disconnect", (cause) => {
    const ended = reason ?? disconnectError(cause);
    if (!closing) below.destroy();
    requests.end(ended);
    events.down(ended);
  });
  try {
    await connected(socket, signal);
    signal.throwIfAborted();
  } catch (error) {
    socket.disconnect();
    below.destroy();
    throw error;
  }
  // biome-ignore lint/complexity/useLiteralKeys: the library declares it private; undefined where its server has no recovery.
  const pid: string | undefined = socket["_pid"];
  const recovered = pid !== undefined && pid === session.pid;
  session.pid = pid;
  return {
    recovered,
    request: ({ op, ...fields }) =>
      requests.start((ref) =>
        socket.emit(op, fields, (answer: unknown) => {
          if (!isObject(answer))
            requests.fail(ref, new LabError("malformed", "the server's answer is not an object"));
          else if (answer.ok === true) requests.settle(ref, answer);
          else requests.fail(ref, LabError.fromWire(answer.code, answer.message));
        }),
      ),
    close: () => {
      closing = true;
      socket.disconnect();
      return below.end();
    },
  };
}

/** Settles when the server has let the client in. Rejects with its reason, `unreachable`, or the signal's reason. */
function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    const settle = (error?: LabError) => {
      signal.removeEventListener("abort", abort);
      if (error) reject(error);
      else resolve();
    };
    socket.once("connect", () => settle());
    socket.once("connect_error", (error) => settle(connectError(error)));
    socket.once("disconnect", () =>
      settle(new LabError("unreachable", "the server hung up on the handshake")),
    );
    socket.connect();
  });
}

/** A refusal by the server's middleware has `data`; all else that prevents a connection has not. */
function connectError(error: Error): LabError {
  if ("data" in error && isObject(error.data)) return LabError.fromWire(error.data.code, error.message);
  return LabError.from(error, "unreachable");
}

function disconnectError(cause: Socket.DisconnectReason): LabError {
  if (cause === "ping timeout") return new LabError("heartbeat_timeout", "the server went silent");
  if (cause === "parse error") return new LabError("malformed", "the server sent what is not Socket.IO");
  return new LabError("closed", `the connection was closed (${cause})`);
}
