import { isIP } from "node:net";
import { createProxies, isProxy, type Proxies } from "../../transports/limits/proxies.ts";

/** Addresses of private networks (RFC 1918, RFC 4193). Link-local ones are not among them: clouds answer there with credentials. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
/** What an agent's list says of every address. */
const ANY = ["0.0.0.0/0", "::/0"];

/** Which addresses an agent may connect to. */
export interface Allowed {
  /** As people read it. */
  readonly text: string;
  /** Of a controller: on this machine, or in the list. */
  controller(host: string): boolean;
  /** Of the server in a plan of the controller at that address: the same address, or one in the list that is not this machine. */
  server(host: string, controller: string): boolean;
}

export const DEFAULT_ALLOWED = "private";

/** Whether createAllowed() takes it. */
export function isAllowable(text: string): boolean {
  return text === "private" || text === "any" || text === "loopback" || isProxy(text);
}

/**
 * For words `private`, `loopback`, `any`, addresses and ranges. Names are never allowed, whatever they resolve to: that can change between looking and
 * connecting. This machine's own loopback services are reached for a controller that is on it, or where the list says `loopback`.
 */
export function createAllowed(words: readonly string[]): Allowed {
  const listed = createProxies(
    words.flatMap((word) => (word === "private" ? PRIVATE : word === "any" ? ANY : [word])),
  );
  const own = createProxies(["loopback", "0.0.0.0", "::"]);
  const saysLoopback = words.some((word) => word !== "any" && word !== "private" && reachesLoopback(word));
  const inList = (host: string, list: Proxies) => isIP(host) !== 0 && list.includes(host);
  return {
    text: words.join(", "),
    controller: (host) => inList(host, own) || inList(host, listed),
    server: (host, controller) => {
      if (isIP(host) === 0) return false;
      if (host === controller) return true;
      return inList(host, own) ? saysLoopback : inList(host, listed);
    },
  };
}

function reachesLoopback(word: string): boolean {
  return word === "loopback" || /^(127\.|::1$)/.test(word);
}

/** The host of a server's address, as the clients of transports read it; empty where it has none, as a socket in the file system. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[(.*)\]$/, "$1") : "";
}
