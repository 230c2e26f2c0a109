import { Socket } from "node:net";

/** The addresses of a connection, by which the server's records and those of a load process find one another. */
export type AddressOf = (socket: Socket) => string;

/** As its server sees it. */
export const remoteAddress: AddressOf = (socket) => `${socket.remoteAddress}:${socket.remotePort}`;
/** The same as its client sees it. */
export const localAddress: AddressOf = (socket) => `${socket.localAddress}:${socket.localPort}`;

/** Numbers connections as they are first seen: a number is cheap to record, the address need be asked for once. */
export class Connections {
  readonly addresses: string[] = [];
  readonly #numbers = new WeakMap<object, number>();
  readonly #addressOf: AddressOf;

  constructor(addressOf: AddressOf) {
    this.#addressOf = addressOf;
  }

  /** Of a socket, or of an HTTP/2 stream: that of its session. Undefined for one that is over. */
  numberOf(stream: object): number | undefined {
    const known = this.#numbers.get(stream);
    if (known !== undefined) return known;
    const carrier = stream instanceof Socket ? stream : sessionOf(stream);
    if (!carrier) return undefined;
    const before = this.#numbers.get(carrier);
    const number = before ?? this.#add(carrier);
    if (number !== undefined) this.#numbers.set(stream, number);
    return number;
  }

  #add(carrier: object): number | undefined {
    const socket = carrier instanceof Socket ? carrier : "socket" in carrier ? carrier.socket : undefined;
    // An HTTP/2 session hands out a proxy of its socket, which is one all the same.
    if (!(socket instanceof Socket)) return undefined;
    const number = this.addresses.push(this.#addressOf(socket)) - 1;
    this.#numbers.set(carrier, number);
    return number;
  }
}

function sessionOf(stream: object): object | undefined {
  const session: unknown = "session" in stream ? stream.session : undefined;
  return typeof session === "object" && session !== null ? session : undefined;
}
