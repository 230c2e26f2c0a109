import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { platform } from "node:os";
import { createRandom } from "../../core/random.ts";
import type { Link } from "../../scenarios/link.ts";
import { nowUs } from "../measurement/clock.ts";
import { Alarms } from "./alarms.ts";
import { Lane } from "./lane.ts";

export interface RelayOptions {
  readonly target: { readonly host: string; readonly port: number };
  /** Absent: bytes are passed on at once. */
  readonly link: Link | undefined;
  /** Of jitter and loss. */
  readonly seed: number;
}

export interface RelaySample {
  readonly connections: number;
  /** Passed on from clients to server, and back. */
  readonly bytesUp: number;
  readonly bytesDown: number;
  /** Held now, on their way. */
  readonly heldBytes: number;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly up: Lane;
  readonly down: Lane;
  /** Connects to the server: at once, or when the cut it was made in is healed. */
  readonly dial: () => void;
  dialled: boolean;
  /** Whether it has stood through a cut. */
  cut: boolean;
  /** Whether an end has gone while cut, which the other one learns when it is healed. */
  lost: boolean;
}

/**
 * Passes TCP connections on from clients to a server, as an imitation of a link: it works on any platform and without root, since it is
 * above TCP. So it can't drop, duplicate or reorder segments, and the two TCP connections of a client each have a window of their own.
 */
export class Relay {
  readonly #server: Server;
  readonly #options: RelayOptions;
  #link: Link | undefined;
  readonly #pairs = new Set<Pair>();
  readonly #passed = { up: 0, down: 0 };
  #alarms: Alarms | undefined;
  #made = 0;
  #cut = false;
  #stalled = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#link = options.link;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
  }

  async listen(): Promise<void> {
    await this.setLink(this.#link);
    this.#server.listen(0, "127.0.0.1", 4_096);
    await once(this.#server, "listening");
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** For connections that stand and for new ones; settles when it holds. */
  async setLink(link: Link | undefined): Promise<void> {
    if (link && !this.#alarms) this.#alarms = await Alarms.start();
    this.#link = link;
    for (const { up, down } of this.#pairs) for (const lane of [up, down]) lane.setLink(link, this.#alarms);
  }

  /**
   * Silence: nothing is read or passed on, in no direction, and nobody is told, not even that the other end is gone. New connections
   * are silent too, and unknown to the server (the kernel accepts them, so their clients see them open).
   */
  cut(): void {
    this.#cut = true;
    for (const pair of this.#pairs) {
      pair.cut = true;
      pair.up.stop();
      pair.down.stop();
    }
  }

  /** What was held passes (`keep`), or every connection that knew the cut is reset, as when an address has changed meanwhile. */
  heal({ keep }: { readonly keep: boolean }): void {
    this.#cut = false;
    for (const pair of [...this.#pairs]) {
      if (pair.lost || (!keep && pair.cut)) this.#reset(pair);
      else this.#go(pair);
      pair.cut = false;
    }
  }

  /** Reads nothing more from the server: its bytes wait in the kernel, then in the server. The other direction goes on. */
  stall(): void {
    this.#stalled = true;
    for (const { down } of this.#pairs) down.stop();
  }

  unstall(): void {
    this.#stalled = false;
    for (const pair of this.#pairs) this.#go(pair);
  }

  /** Resets every connection on both sides (RST); new ones are let in. */
  reset(): void {
    for (const pair of [...this.#pairs]) this.#reset(pair);
  }

  sample(): RelaySample {
    const pairs = [...this.#pairs];
    const sum = (pick: (pair: Pair) => number) => pairs.reduce((total, pair) => total + pick(pair), 0);
    return {
      connections: pairs.length,
      bytesUp: this.#passed.up + sum((pair) => pair.up.passed),
      bytesDown: this.#passed.down + sum((pair) => pair.down.passed),
      heldBytes: sum((pair) => pair.up.held + pair.down.held),
    };
  }

  /** Idempotent; settles when nothing is open any more. */
  async close(): Promise<void> {
    this.reset();
    await this.#alarms?.stop();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #accept(client: Socket): void {
    const { target, seed } = this.#options;
    const link = this.#link;
    const { remoteAddress } = client;
    // Clients are spread over 127.0.0.0/8, since one address has too few ports; the server sees them there too.
    const source =
      platform() === "linux" && remoteAddress?.startsWith("127.") ? { localAddress: remoteAddress } : {};
    const server = new Socket({ allowHalfOpen: true }).setNoDelay();
    const number = this.#made++;
    // The kernel shakes hands at once: what the client sends first waits for as long as SYN and SYN-ACK would (RFC 9293, 3.5).
    const opensUs = link && this.#alarms ? nowUs() + 2 * link.delayMs * 1_000 : 0;
    const pair: Pair = {
      client,
      server,
      up: new Lane(
        client,
        server,
        link,
        this.#alarms,
        createRandom((seed ^ (2 * number + 1)) >>> 0),
        opensUs,
      ),
      down: new Lane(server, client, link, this.#alarms, createRandom((seed ^ (2 * number + 2)) >>> 0)),
      dial: () => server.connect({ ...target, ...source }),
      dialled: false,
      cut: this.#cut,
      lost: false,
    };
    this.#pairs.add(pair);
    if (this.#cut) pair.up.stop();
    if (this.#cut || this.#stalled) pair.down.stop();
    this.#dial(pair);
    for (const socket of [client, server]) {
      socket.on("error", () => this.#lose(pair));
      socket.on("close", () => {
        if (client.destroyed && server.destroyed) this.#forget(pair);
        else if (socket.readableEnded) return;
        else this.#lose(pair);
      });
    }
  }

  #dial(pair: Pair): void {
    if (this.#cut || pair.dialled) return;
    pair.dialled = true;
    pair.dial();
  }

  #go(pair: Pair): void {
    if (this.#cut) return;
    this.#dial(pair);
    pair.up.go();
    if (!this.#stalled) pair.down.go();
  }

  /** One end is gone without a word: the other is reset, but a cut carries no RST either. */
  #lose(pair: Pair): void {
    if (this.#cut && pair.dialled) pair.lost = true;
    else this.#reset(pair);
  }

  #reset(pair: Pair): void {
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
    this.#forget(pair);
  }

  #forget(pair: Pair): void {
    if (!this.#pairs.delete(pair)) return;
    this.#passed.up += pair.up.passed;
    this.#passed.down += pair.down.passed;
    pair.up.close();
    pair.down.close();
  }
}

/** Settles when it listens, on 127.0.0.1. */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const relay = new Relay(options);
  await relay.listen();
  return relay;
}
