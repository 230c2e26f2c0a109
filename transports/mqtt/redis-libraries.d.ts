/** What the lab uses of two libraries that bring no types for it. */
declare module "aedes-persistence-redis" {
  import type { Redis } from "ioredis";
  // biome-ignore lint/style/noDefaultExport: the library has one.
  export default function persistence(options: {
    readonly conn: Redis;
  }): NonNullable<import("aedes").AedesOptions["persistence"]>;
}

declare module "mqemitter-redis" {
  import type { EventEmitter } from "node:events";
  import type { Redis } from "ioredis";

  type Done = (error?: Error) => void;
  /** Each topic is a channel of Redis whose name begins with the prefix. */
  export class MQEmitterRedisPrefix {
    constructor(
      prefix: string,
      options: { readonly subConn: Redis; readonly pubConn: Redis; readonly matchEmptyLevels: boolean },
    );
    /** Tells of errors and of connections. */
    readonly state: EventEmitter;
    emit(packet: { readonly topic: string }, done?: Done): void;
    close(done: () => void): this;
  }
}
