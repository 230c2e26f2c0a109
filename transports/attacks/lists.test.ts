import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { findTransport, transports } from "../registry.ts";
import { commonAttacks } from "./common.ts";
import { attacksOn } from "./lists.ts";

const overNetwork = transports.filter(({ supports }) => supports.network);

describe.each(overNetwork)("$name", (transport) => {
  test("has attacks that know its protocol, each of another name", async () => {
    const names = (await attacksOn(transport)).map(({ name }) => name);
    assert.ok(names.length > commonAttacks(transport).length, "its folder has no attacks.ts");
    assert.deepEqual([...new Set(names)], names);
  });
});

test("over TLS there are attacks on that", async () => {
  const transport = findTransport("sse:tls");
  assert.ok(transport);
  const names = (await attacksOn(transport)).map(({ name }) => name);
  assert.ok(names.some((name) => name.includes("TLS 1.2")));
});
