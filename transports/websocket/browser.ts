import { LabError } from "../../core/errors.ts";
import { jsonText } from "../codec/json-text.ts";
import { connect as converse } from "../conversing/client.ts";
import type { Connection, DialOptions, Opened } from "../conversing/dialogue.ts";
import { supports } from "../conversing/supports.ts";
import type { ConnectOptions, Endpoint, TransportClient } from "../port/transport.ts";
import { addressWithToken } from "../session/page-address.ts";
import { CLOSE, closeError } from "./close.ts";

const PING = jsonText.encode({ op: "ping" });

/**
 * The client of websocket for pages, through the browser's own WebSocket. A page sees no pings and sends none: its heartbeat is a message.
 */
export function connect(endpoint: Endpoint, options: ConnectOptions): Promise<TransportClient> {
  return converse<string>(
    {
      codec: jsonText,
      handshake: true,
      ping: PING,
      pong: jsonText.encode({ op: "pong" }),
      unseenPings: true,
      frame: String,
      dial,
    },
    endpoint,
    options,
    supports,
  );
}

/** Settles when the server has answered on the connection: it opens one for a refusal as well, since a page would not be told otherwise. */
function dial({ url }: Endpoint, { token, signal }: DialOptions, opened: Opened<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(addressWithToken(url, token));
    const heard = new AbortController();
    const once = { once: true, signal: heard.signal };
    const refuse = (error: unknown) => {
      heard.abort();
      reject(error);
    };
    signal.addEventListener(
      "abort",
      () => {
        socket.close();
        refuse(signal.reason);
      },
      once,
    );
    socket.addEventListener("open", () => socket.send(PING), once);
    socket.addEventListener(
      "close",
      ({ code, reason: text }) => refuse(text === "" ? unreachable(url) : closeError(code, text)),
      once,
    );
    socket.addEventListener(
      "message",
      () => {
        heard.abort();
        receive(socket, opened);
        resolve();
      },
      once,
    );
  });
}

function unreachable(url: string): LabError {
  return new LabError(
    "unreachable",
    `no WebSocket connection with ${url}; is the server there, and does it take pages of this origin?`,
  );
}

function receive(socket: WebSocket, opened: Opened<string>): void {
  let over = false;
  const gone = () => {
    if (over) return;
    over = true;
    receiver.closed();
  };
  const connection: Connection<string> = {
    send: (text) => {
      if (socket.readyState === socket.OPEN) socket.send(text);
    },
    bufferedBytes: () => socket.bufferedAmount,
    end: () => socket.close(CLOSE.normal),
    // A page can't end a connection without the other end's goodbye, but it need not wait for it.
    destroy: () => {
      socket.close();
      gone();
    },
  };
  const receiver = opened(connection);
  socket.addEventListener("message", ({ data }) => {
    if (!over) receiver.message(data);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    if (!over) receiver.failed(closeError(code, reason));
    gone();
  });
}
