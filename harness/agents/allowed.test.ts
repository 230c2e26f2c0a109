import assert from "node:assert/strict";
import { test } from "vitest";
import { createAllowed, hostOf, isAllowable } from "./allowed.ts";

test.for<[words: string[], server: string, controller: string, allowed: boolean]>([
  [["private"], "10.1.2.3", "10.0.0.1", true],
  [["private"], "192.168.1.1", "10.0.0.1", true],
  [["private"], "172.32.0.1", "10.0.0.1", false],
  [["private"], "fd00::1", "10.0.0.1", true],
  [["private"], "169.254.169.254", "10.0.0.1", false],
  [["private"], "100.100.100.200", "10.0.0.1", false],
  [["private"], "127.0.0.1", "127.0.0.1", true],
  [["private"], "127.0.0.1", "10.0.0.1", false],
  [["private"], "127.0.0.2", "127.0.0.1", false],
  [["private"], "0.0.0.0", "10.0.0.1", false],
  [["private", "loopback"], "127.0.0.2", "10.0.0.1", true],
  [["any"], "93.184.216.34", "10.0.0.1", true],
  [["any"], "::1", "10.0.0.1", false],
  [["10.0.0.7"], "10.0.0.7", "10.0.0.1", true],
  [["10.0.0.7"], "10.0.0.8", "10.0.0.1", false],
  [["any"], "example.com", "10.0.0.1", false],
])("%s allows %s to a controller at %s: %s", ([words, server, controller, expected]) => {
  assert.equal(createAllowed(words).server(server, controller), expected);
});

test("controllers are on this machine, or in the list", () => {
  const { controller } = createAllowed(["private"]);
  assert.deepEqual(["127.0.0.1", "10.0.0.1", "8.8.8.8", "localhost"].map(controller), [
    true,
    true,
    false,
    false,
  ]);
});

test("hosts are read as clients read them, and words that are none are told", () => {
  assert.deepEqual(["ws://[fd00::1]:1/x", "mqtt://10.0.0.1:2", "http://0x7f000001", "nonsense"].map(hostOf), [
    "fd00::1",
    "10.0.0.1",
    "127.0.0.1",
    "",
  ]);
  assert.deepEqual(["any", "10.0.0.0/8", "10.0.0.0/33", "example.com", ""].map(isAllowable), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
