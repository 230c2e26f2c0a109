import type { BodyHeader } from "../measurement/body.ts";
import { Bursts, type BurstTotals } from "./bursts.ts";
import { isTraced, traceKey } from "./chosen.ts";
import { Connections, localAddress } from "./connection-of.ts";
import { lastRead, watchReads } from "./reads.ts";

/** What a load process saw of the traced deliveries; all times by the monotonic clock. Columns, since they travel between processes. */
export interface ClientTrace {
  readonly keys: Float64Array;
  readonly dueUs: Float64Array;
  /** When this process had read what the delivery was in. */
  readonly readUs: Float64Array;
  readonly receivedUs: Float64Array;
  readonly connections: Uint32Array;
  readonly addresses: readonly string[];
  readonly bursts: BurstTotals;
}

/** Takes down the deliveries of one in `every` publishes; 0 for none. */
export class ClientTracer {
  readonly #every: number;
  readonly #connections = new Connections(localAddress);
  readonly #bursts: Bursts;
  #rows: { key: number; dueUs: number; readUs: number; receivedUs: number; connection: number }[] = [];

  /** `spunUs` tells how long the event loop has turned without work, waiting for a send to be due. */
  constructor(every: number, spunUs: () => number = () => 0) {
    this.#every = every;
    this.#bursts = new Bursts(spunUs);
    if (every > 0) watchReads();
  }

  /** To be called in the subscriber's callback, at the end: what it costs is no part of what is measured. */
  delivered(header: BodyHeader, dueUs: number, receivedUs: number): void {
    if (!isTraced(header, this.#every)) return;
    const { us: readUs, stream } = lastRead;
    const connection = stream && this.#connections.numberOf(stream);
    if (connection === undefined) return;
    const key = traceKey(header);
    this.#rows.push({ key, dueUs, readUs, receivedUs, connection });
    this.#bursts.delivered(key);
  }

  /** What was recorded since the last time. */
  take(): ClientTrace {
    const rows = this.#rows;
    this.#rows = [];
    return {
      keys: Float64Array.from(rows, (row) => row.key),
      dueUs: Float64Array.from(rows, (row) => row.dueUs),
      readUs: Float64Array.from(rows, (row) => row.readUs),
      receivedUs: Float64Array.from(rows, (row) => row.receivedUs),
      connections: Uint32Array.from(rows, (row) => row.connection),
      addresses: [...this.#connections.addresses],
      bursts: this.#bursts.take(),
    };
  }
}
