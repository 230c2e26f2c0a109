import { BlockList, isIP } from "node:net";

/** Which peers are proxies, whose word on where a request comes from counts. */
export interface Proxies {
  includes(address: string | undefined): boolean;
  /**
   * Whose request it is that came from `address` with this `X-Forwarded-For`: of its addresses, each added on the right by the hop it came
   * through, the last that is no trusted proxy. Anything further left is what the client itself says.
   */
  clientOf(address: string | undefined, forwardedFor: string | undefined): string | undefined;
}

/** Whether the text is what createProxies() takes: an address, a range (`10.0.0.0/8`), or `loopback`. */
export function isProxy(text: string): boolean {
  if (text === "loopback") return true;
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

/** For the list of ServeOptions. Throws for what isProxy() does not take. */
export function createProxies(list: readonly string[]): Proxies {
  const trusted = new BlockList();
  for (const text of list.flatMap((one) => (one === "loopback" ? ["127.0.0.0/8", "::1"] : [one]))) {
    const [address = "", prefix] = text.split("/");
    const family = familyOf(address);
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const includes = (address: string | undefined) => {
    const plain = unmapped(address);
    return plain !== undefined && isIP(plain) !== 0 && trusted.check(plain, familyOf(plain));
  };
  return {
    includes,
    clientOf: (address, forwardedFor) => {
      let client = unmapped(address);
      for (const hop of (forwardedFor ?? "").split(",").reverse()) {
        if (!includes(client)) break;
        const said = unmapped(hop.trim());
        if (said === undefined || isIP(said) === 0) break;
        client = said;
      }
      return client;
    },
  };
}

/** An IPv4 address as such, where a socket of both families shows it within IPv6. */
function unmapped(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "");
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
