import { type ChannelOptions, experimental } from "@grpc/grpc-js";

/** How to open the socket of one channel; net.connect() gets it as it is. */
export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
  /** Destroys the socket, in whatever state it is. */
  readonly signal: AbortSignal;
}

/*
 * Closing a channel that is still connecting leaves its socket behind, and no channel option names a local address. But what
 * a resolver returns as an address goes to net.connect() untouched, so a resolver is where both can be said.
 */
const SCHEME = "notif";
const KEY = "notif.dial";

class DialResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener;
  readonly #address: Dial;
  #reported = false;

  constructor(_: experimental.GrpcUri, listener: experimental.ResolverListener, options: ChannelOptions) {
    this.#listener = listener;
    this.#address = options[KEY];
  }

  static getDefaultAuthority(target: experimental.GrpcUri): string {
    return target.path;
  }

  updateResolution(): void {
    // The channel asks anew after each failure; another answer would make it try again at once, and again.
    if (this.#reported) return;
    this.#reported = true;
    const endpoints = experimental.statusOrFromValue([{ addresses: [this.#address] }]);
    process.nextTick(this.#listener, endpoints, {}, null, "");
  }

  destroy(): void {
    this.#reported = false;
  }
}

experimental.registerResolver(SCHEME, DialResolver);

/** Target and option of a channel that connects the way `dial` says; `authority` is `host:port` as the server is addressed. */
export function dialing(authority: string, dial: Dial): { target: string; option: ChannelOptions } {
  return { target: `${SCHEME}:${authority}`, option: { [KEY]: dial } };
}
