import type { Socket } from "node:net";
import { dial } from "../../net/dial.ts";
import type { Endpoint } from "../../port/transport.ts";
import { FUZZ_EPOCH, type Input } from "./input.ts";

/** The server that inputs are played to. */
export interface Scene {
  readonly endpoint: Endpoint;
  /** The name of its hub, which stands before each position in a cursor: as long as FUZZ_EPOCH, in whose place it goes. */
  readonly epoch: string;
  /** Many inputs in a short time need more ports than one local address has. */
  readonly localAddress?: string;
}

/** How long a step that awaits an answer waits for it, and the last one of an input for whatever comes. */
const PATIENCE_MS = 250;
const FAREWELL_MS = 10;
/** An id in an answer, in JSON or MessagePack: enough of it to tell it from the word itself. */
const SESSION = /(?:session|sid)\W{1,3}([\w-]{16,})/;
const KEPT_CHARACTERS = 4_096;

/** Sends one input and goes away; settles when its sockets are closed. Never rejects. */
export async function play({ endpoint, epoch, localAddress }: Scene, input: Input): Promise<void> {
  const connections = new Map<number, Connection>();
  let session = "nobody";
  const heard = (text: string) => {
    session = SESSION.exec(text)?.[1] ?? session;
  };
  for (const { bytes, on = 0, awaits = false } of input.steps) {
    const connection = connections.get(on) ?? new Connection(endpoint, localAddress, heard);
    connections.set(on, connection);
    connection.send(filledIn(bytes, session, epoch));
    if (awaits) await connection.answer(PATIENCE_MS);
  }
  await Promise.all([...connections.values()].map((one) => one.leave(input.resets)));
}

function filledIn(bytes: Buffer, session: string, epoch: string): Buffer {
  if (!bytes.includes("{session}") && !bytes.includes(FUZZ_EPOCH)) return bytes;
  const text = bytes.toString("latin1").replaceAll("{session}", session).replaceAll(FUZZ_EPOCH, epoch);
  return Buffer.from(text, "latin1");
}

class Connection {
  readonly #socket: Socket;
  readonly #encrypted: boolean;
  readonly #closed: Promise<void>;
  #text = "";
  #onNews: () => void = () => undefined;

  constructor(endpoint: Endpoint, localAddress: string | undefined, heard: (text: string) => void) {
    this.#socket = dial(endpoint, localAddress);
    this.#encrypted = endpoint.certificate !== undefined;
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("data", (chunk) => {
      if (this.#text.length < KEPT_CHARACTERS) {
        this.#text += chunk.toString("latin1");
        heard(this.#text);
      }
      this.#onNews();
    });
    this.#closed = new Promise((resolve) => {
      this.#socket.once("close", () => {
        this.#onNews();
        resolve();
      });
    });
  }

  send(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Settles when something comes, the connection ends, or the time is over. */
  answer(withinMs: number): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#onNews = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async leave(resets: boolean): Promise<void> {
    await this.answer(FAREWELL_MS);
    // Node.js resets no TLS socket.
    if (resets && !this.#encrypted) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    await this.#closed;
  }
}
