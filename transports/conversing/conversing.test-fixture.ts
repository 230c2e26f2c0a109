import { LabError } from "../../core/errors.ts";
import { Hub } from "../../core/hub.ts";
import type { HubOptions } from "../../core/hub-options.ts";
import type { ConnectOptions } from "../port/transport.ts";
import { conversing } from "./conversing.ts";
import type { Connection, ConversingTransport, Opened, Receiver } from "./port.ts";

export const hello = (token: string) => JSON.stringify({ op: "connect", ref: 1, token });
export const subscribe = '{"op":"subscribe","ref":2,"channel":"topic/news"}';
export const publish = '{"op":"publish","ref":3,"channel":"topic/news","body":"x"}';
export const endpoint = { url: "fake://nowhere:1" };
export const options: ConnectOptions = { token: "ann", reconnect: { attempts: 0, delayMs: 0, jitter: 0 } };
export const malformed = new LabError("malformed", "not a frame");
export const events = (texts: readonly string[]) =>
  texts.filter((text) => text.includes('"kind":"notification"'));

/** A connection without a socket, which keeps what it was told; the test plays the peer. */
export class FakeConnection implements Connection<string> {
  readonly sent: string[] = [];
  readonly calls: string[] = [];
  buffered = 0;
  onSend: (frame: string) => void = () => undefined;
  #receiver: Receiver | undefined;

  constructor(opened: Opened<string>) {
    this.#receiver = opened(this);
  }

  get receiver(): Receiver {
    if (!this.#receiver) throw new Error("the kit gave no receiver");
    return this.#receiver;
  }

  send(frame: string): void {
    if (this.calls.length > 0) throw new Error(`sent behind ${this.calls.join()}: ${frame}`);
    this.sent.push(frame);
    this.onSend(frame);
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  end(): void {
    this.calls.push("end");
  }

  destroy(): void {
    this.calls.push("destroy");
    queueMicrotask(() => this.#receiver?.closed());
  }
}

/** A transport whose dial() and listen() the test answers, with what it framed. */
export function openFake(dial: ConversingTransport<string>["dial"] = async () => undefined) {
  const framed: string[] = [];
  const listeners: Opened<string>[] = [];
  let closes = 0;
  const transport = conversing<string>({
    name: "fake",
    summary: "not for use",
    packages: [],
    example: () => [],
    frame: (text) => {
      framed.push(text);
      return text;
    },
    listen: async (_, opened) => {
      listeners.push(opened);
      return {
        endpoint: { url: "fake://nowhere:1" },
        close: async () => {
          closes += 1;
        },
      };
    },
    dial,
  });
  return {
    transport,
    framed,
    /** A client at the server's door. */
    arrive: () => new FakeConnection(listeners[0] ?? missing),
    closes: () => closes,
  };
}

function missing(): never {
  throw new Error("nobody listens");
}

/** A hub that takes each token for its user's name. */
export function openHub(options: Partial<HubOptions> = {}): Hub {
  const authenticate = (token: string) => ({ user: token, expiresAt: Number.POSITIVE_INFINITY });
  return new Hub({ clock: Date.now, authenticate, epoch: "e", ...options });
}

/** A server's side of a connection: answers the hello, and keeps the connection for the test. */
export function answering(connections: FakeConnection[]): ConversingTransport<string>["dial"] {
  return async (_endpoint, _options, opened) => {
    const connection = new FakeConnection(opened);
    connections.push(connection);
    connection.onSend = (frame) => {
      if (frame.includes('"connect"')) connection.receiver.message('{"op":"ok","ref":1}');
    };
  };
}
