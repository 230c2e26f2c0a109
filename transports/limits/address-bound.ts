import { networkOf } from "./network.ts";
import { createProxies, type Proxies } from "./proxies.ts";

interface Settings {
  readonly maxConnectionsPerAddress: number;
  readonly trustedProxies: readonly string[];
  readonly onRefused: (reason: "address-limit") => void;
}

/** How many of one remote address are there at once, for listeners whose connections are not sockets of Node.js; those have Connections. */
export class AddressBound {
  readonly #settings: Settings;
  readonly #proxies: Proxies | undefined;
  readonly #perAddress = new Map<string, number>();

  constructor(settings: Settings) {
    this.#settings = settings;
    const { trustedProxies } = settings;
    this.#proxies = trustedProxies.length > 0 ? createProxies(trustedProxies) : undefined;
  }

  /** False, and told, when the address has as many as it may; else it has one more until `carrier` closes. */
  enter(remoteAddress: string, carrier: { once(event: "close", listener: () => void): unknown }): boolean {
    const address = networkOf(remoteAddress);
    const there = this.#perAddress.get(address) ?? 0;
    if (there >= this.#settings.maxConnectionsPerAddress && !this.#proxies?.includes(remoteAddress)) {
      this.#settings.onRefused("address-limit");
      return false;
    }
    this.#perAddress.set(address, there + 1);
    carrier.once("close", () => {
      const left = (this.#perAddress.get(address) ?? 0) - 1;
      if (left > 0) this.#perAddress.set(address, left);
      else this.#perAddress.delete(address);
    });
    return true;
  }
}
