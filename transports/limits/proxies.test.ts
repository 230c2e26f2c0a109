import assert from "node:assert/strict";
import { test } from "vitest";
import { createProxies, isProxy } from "./proxies.ts";

test("an address, a range and loopback are proxies, and nothing else is", () => {
  for (const text of ["loopback", "10.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"])
    assert.ok(isProxy(text), text);
  for (const text of ["", "proxy", "10.0.0.0/33", "::1/129", "10.0.0.0/8/8", "10.0.0.0/", "10.0.0/8"])
    assert.ok(!isProxy(text), text);
});

test("the client is the last address that no trusted proxy has", () => {
  const proxies = createProxies(["loopback", "10.0.0.0/8"]);
  const cases: [from: string, header: string | undefined, client: string][] = [
    ["192.0.2.9", "198.51.100.1", "192.0.2.9"],
    ["127.0.0.1", undefined, "127.0.0.1"],
    ["::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["10.1.2.3", "203.0.113.7, 198.51.100.1", "198.51.100.1"],
    ["10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["127.0.0.1", "not-an-address", "127.0.0.1"],
    ["127.0.0.1", "198.51.100.1, unknown", "127.0.0.1"],
    ["127.0.0.1", "10.0.0.1", "10.0.0.1"],
    ["::1", "2001:db8::1", "2001:db8::1"],
  ];
  for (const [from, header, client] of cases)
    assert.equal(proxies.clientOf(from, header), client, `${from} ${header}`);
});
