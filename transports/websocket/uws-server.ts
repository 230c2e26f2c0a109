import { createServer, isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Identity } from "../../core/access.ts";
import { LabError } from "../../core/errors.ts";
import type { Connection, Listener, ListenOptions, Opened, Receiver } from "../conversing/port.ts";
import { toHttpError } from "../http/errors.ts";
import { createGate } from "../http/gate.ts";
import { AddressBound } from "../limits/address-bound.ts";
import { guarded } from "../limits/guard.ts";
import { closeServer, listen, listenError } from "../net/listen.ts";
import { bearerToken } from "../session/bearer.ts";
import { CLOSE, closeCode } from "./close.ts";
import { loadUws, type UwsBehavior, type UwsResponse, type UwsSocket } from "./uws-library.ts";
import { headOf, refuse, UwsAnswer, UwsContent, type UwsHead } from "./uws-requests.ts";

/** The longest idle time-out that the library knows, in seconds. */
const MAX_IDLE_SECONDS = 960;
/** The library does not tell when a close frame has been answered. */
const GOODBYE_MS = 100;

const ENDING = toHttpError(new LabError("unavailable", "the server is shutting down; connect again"));
const NOT_VERSION_13 = toHttpError(new LabError("malformed", "this server speaks version 13 of WebSocket"));

/** Pongs that a client leaves unread; the library answers every ping, and bounds what waits for a client by dropping what comes last. */
const MAX_PONG_BYTES = 64 * 1024;

/** What the library keeps for a connection. */
interface Line {
  readonly admitted: Identity | LabError;
  /** To be called when the connection has gone. */
  readonly left: readonly (() => void)[];
  connection?: UwsConnection;
  receiver?: Receiver;
  /** Since nothing waited for the client. */
  pongBytes: number;
}

/** A connection of uWebSockets.js, whose functions may not be called any more once it has closed. */
class UwsConnection implements Connection<Buffer> {
  readonly #socket: UwsSocket<Line>;
  readonly #topics = new Set<string>();
  over = false;

  constructor(socket: UwsSocket<Line>) {
    this.#socket = socket;
  }

  follow(topic: string): void {
    if (this.over || this.#topics.has(topic)) return;
    this.#topics.add(topic);
    this.#socket.subscribe(topic);
  }

  unfollow(topic: string): void {
    if (!this.over && this.#topics.delete(topic)) this.#socket.unsubscribe(topic);
  }

  send(payload: Buffer): void {
    if (!this.over) this.#socket.send(payload, false);
  }

  bufferedBytes(): number {
    return this.over ? 0 : this.#socket.getBufferedAmount();
  }

  ping(): void {
    if (!this.over) this.#socket.ping();
  }

  end(): void {
    this.#end(CLOSE.normal);
  }

  close(reason: LabError): void {
    this.#end(closeCode(reason), reason.code);
  }

  destroy(): void {
    if (!this.over) this.#socket.close();
  }

  /** The library forgets a connection with its close frame, and behind what nobody reads it would stand for as long as that takes. */
  #end(code: number, reason?: string): void {
    if (this.over) return;
    if (this.#socket.getBufferedAmount() > 0) this.#socket.close();
    else this.#socket.end(code, reason);
  }
}

/**
 * The port, or any free one for 0. Rejects with `unreachable` and the reason when it can't be had: the library gives none, shares a port with another
 * server of its own, and of a port that the kernel chose does not say (SO_REUSEADDR) that it may be had again while an earlier connection is remembered.
 */
async function freePort(host: string, port: number): Promise<number> {
  const server = createServer();
  const bound = await listen(server, host, port);
  await closeServer(server);
  return Number(bound.split(":").at(-1));
}

/** uWebSockets.js, in the clear. It does the upgrade, frames, pongs, closing, and its own time-outs of a request that does not come in. */
export async function listenOnUws(options: ListenOptions, opened: Opened<Buffer>): Promise<Listener<Buffer>> {
  const { host, port, admit, maxMessageBytes, silentForMs } = options;
  const uws = loadUws();
  const gate = createGate(options);
  const addresses = new AddressBound(options);
  const backEnds = options.backEnds(() => undefined);
  const lines = new Set<Line>();
  let ending = false;

  /** Whom an upgrade is of, or the reason against it; undefined when it has been refused already. */
  const admittedOf = (head: UwsHead, response: UwsResponse): Line | undefined => {
    const left: (() => void)[] = [];
    const carrier = { once: (_: "close", listener: () => void) => void left.push(listener) };
    const refuseWith = (reason: ReturnType<typeof toHttpError>) => {
      for (const leave of left) leave();
      refuse(response, reason);
      return undefined;
    };
    if (ending) return refuseWith(ENDING);
    if (head.headers["sec-websocket-version"] !== "13") return refuseWith(NOT_VERSION_13);
    const objection = gate.reasonAgainst(head, carrier);
    if (objection) return refuseWith(objection);
    if (!addresses.enter(head.socket.remoteAddress, carrier)) {
      for (const leave of left) leave();
      response.close();
      return undefined;
    }
    try {
      return { admitted: admit(bearerToken(head)), left, pongBytes: 0 };
    } catch (error) {
      // A browser tells its page nothing of an upgrade that is refused.
      if (head.headers.origin !== undefined) return { admitted: LabError.from(error), left, pongBytes: 0 };
      return refuseWith(toHttpError(error));
    }
  };

  const close = (socket: UwsSocket<Line>) => () => {
    const { connection } = socket.getUserData();
    if (!connection?.over) socket.close();
  };
  const behavior: UwsBehavior<Line> = {
    maxPayloadLength: maxMessageBytes,
    // Only for what the lab does not watch any more: it comes later than the lab's own heartbeat.
    idleTimeout: silentForMs < MAX_IDLE_SECONDS * 500 ? MAX_IDLE_SECONDS : 0,
    sendPingsAutomatically: false,
    // The bound is the lab's own.
    maxBackpressure: 0,
    compression: uws.DISABLED,
    upgrade: (response, request, context) =>
      guarded(
        options,
        () => void response.close(),
        () => {
          const line = admittedOf(headOf(request, response), response);
          if (!line) return;
          const [protocol = ""] = request.getHeader("sec-websocket-protocol").split(",");
          response.upgrade(line, request.getHeader("sec-websocket-key"), protocol.trim(), "", context);
        },
      )(),
    open: (socket) =>
      guarded(options, close(socket), () => {
        const line = socket.getUserData();
        const connection = new UwsConnection(socket);
        line.connection = connection;
        lines.add(line);
        if (line.admitted instanceof LabError) {
          connection.close(line.admitted);
          return;
        }
        const receiver = opened(connection, line.admitted);
        line.receiver = receiver;
        if (connection.over) receiver.closed();
      })(),
    message: (socket, message, isBinary) => {
      const { receiver } = socket.getUserData();
      // A copy of what is binary: the library takes the memory back.
      receiver?.message(isBinary ? Buffer.from(message.slice(0)) : Buffer.from(message).toString());
    },
    ping: (socket, { byteLength }) => {
      const line = socket.getUserData();
      line.receiver?.alive();
      line.pongBytes = socket.getBufferedAmount() > 0 ? line.pongBytes + byteLength + 2 : 0;
      if (line.pongBytes > MAX_PONG_BYTES) socket.close();
    },
    pong: (socket) => socket.getUserData().receiver?.alive(),
    close: (socket) => {
      const line = socket.getUserData();
      if (line.connection) line.connection.over = true;
      lines.delete(line);
      for (const leave of line.left) leave();
      line.receiver?.closed();
    },
  };

  const app = uws
    .App()
    .ws("/*", behavior)
    .any("/*", (response, request) =>
      guarded(
        options,
        () => void response.close(),
        () => {
          const head = headOf(request, response);
          const answer = new UwsAnswer(response);
          const content = new UwsContent(head, response);
          if (!gate.answers(head, answer)) {
            if (backEnds(content, answer)) return;
            answer.writeHead(426, {
              connection: "close",
              upgrade: "websocket",
              "content-type": "text/plain",
            });
            answer.end("This is a WebSocket endpoint.\n");
          }
          // Nobody else reads it.
          content.resume();
        },
      )(),
    );

  const free = await freePort(host, port);
  const listening = await new Promise<object>((resolve, reject) => {
    app.listen(host, free, (socket) => {
      if (socket) resolve(socket);
      else reject(listenError("uWebSockets.js gives no reason", host, free));
    });
  });
  const at = isIP(host) === 6 ? `[${host}]` : host;
  const endpoint = { url: `ws://${at}:${free}` };
  const stop = () => {
    if (!ending) uws.us_listen_socket_close(listening);
    ending = true;
  };
  return {
    endpoint,
    topics: {
      size: (topic) => app.numSubscribers(topic),
      publish: (topic, payload) => void app.publish(topic, payload, false),
    },
    stopAccepting: stop,
    goodbye: async () => {
      stop();
      if (lines.size === 0) return;
      for (const { connection } of [...lines])
        connection?.close(new LabError("closed", "the server is shutting down"));
      await sleep(GOODBYE_MS);
    },
    close: async () => void app.close(),
  };
}
