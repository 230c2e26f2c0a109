import { Agent, type ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { dial } from "../net/dial.ts";
import type { Endpoint } from "../port/transport.ts";

const PATIENCE_MS = 500;

/** The keep-alive sockets of one client. Unlike Node's own agent it still knows those that were upgraded, and sees all of them out. */
export class ClientAgent extends Agent {
  readonly #endpoint: Endpoint;
  readonly #localAddress: string | undefined;
  readonly #sockets = new Set<Duplex>();
  #destroyed = false;

  constructor(endpoint: Endpoint, localAddress: string | undefined) {
    super({ keepAlive: true });
    this.#endpoint = endpoint;
    this.#localAddress = localAddress;
    // Not in the declared types: without it Node refuses the agent for an https: URL.
    if (endpoint.certificate !== undefined) Object.assign(this, { protocol: "https:", defaultPort: 443 });
  }

  override createConnection(): ReturnType<Agent["createConnection"]> {
    const socket = dial(this.#endpoint, this.#localAddress);
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // The library may have a goodbye left to post.
    if (this.#destroyed) socket.destroy();
    return socket;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request);
    // xmlhttprequest-ssl, under the library, repeats a request that a reused socket lost, but never sends it off, and then waits for
    // ever. Not knowing of the reuse it reports the loss, which is what reconnection needs.
    request.reusedSocket = false;
  }

  /** Lets requests under way finish, but not for long; settles when no socket is left. */
  async end(): Promise<void> {
    this.maxFreeSockets = 0;
    const impatient = setTimeout(() => this.destroy(), PATIENCE_MS);
    while (this.#sockets.size > 0) {
      await Promise.all(
        [...this.#sockets].map((socket) => new Promise((gone) => socket.once("close", gone))),
      );
    }
    clearTimeout(impatient);
  }

  /** Ends all sockets at once, and any that is still to come. */
  override destroy(): void {
    this.#destroyed = true;
    for (const socket of this.#sockets) socket.destroy();
    super.destroy();
  }
}
