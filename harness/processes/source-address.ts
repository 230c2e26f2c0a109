import { platform } from "node:os";
import type { Endpoint } from "../../transports/port/transport.ts";

/** One of 127.0.0.0/8, all of which are this host on Linux; elsewhere, and where the server is not at one of them, the system chooses. */
export function loopbackAddress({ url }: Endpoint, third: number, fourth: number): string | undefined {
  if (platform() !== "linux" || !/\/\/127\.[\d.]+(:|\/|$)/.test(url)) return undefined;
  return `127.0.${third}.${fourth}`;
}
