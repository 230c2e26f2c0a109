import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "vitest";
import { AddressBound } from "./address-bound.ts";
import { networkOf } from "./network.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["0000:0000:0000:0000:0000:ffff:c000:0207", "192.0.2.7"],
  ["::ffff:c000:207", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1:2:3:4", "2001:db8:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["", ""],
])("%s counts as %s", (address, network) => assert.equal(networkOf(address), network));

test("who has a network of IPv6 has no more connections than who has an address of IPv4", () => {
  const bound = new AddressBound({
    maxConnectionsPerAddress: 2,
    trustedProxies: [],
    onRefused: () => undefined,
  });
  const enter = (address: string) => bound.enter(address, new EventEmitter());
  assert.deepEqual(["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"].map(enter), [
    true,
    true,
    false,
    true,
  ]);
});
