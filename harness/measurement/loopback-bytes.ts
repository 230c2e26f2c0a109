import { readFileSync } from "node:fs";

/**
 * IP bytes that the loopback interface of this process's network namespace has carried, each packet once: headers, payload,
 * acknowledgements, handshakes. Linux only. Undefined when the kernel does not say.
 */
export function readLoopbackBytes(): number | undefined {
  const line = /^\s*lo:\s*(\d+)/m.exec(readFileSync("/proc/self/net/dev", "utf8"));
  return line?.[1] === undefined ? undefined : Number(line[1]);
}
