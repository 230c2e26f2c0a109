import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { findTransport, transports, transportsIfInstalled } from "../registry.ts";
import { commonAttacks } from "./common.ts";
import { attacksOn } from "./lists.ts";

const overNetwork = [...transports, ...transportsIfInstalled].filter(({ supports }) => supports.network);

describe.each(overNetwork)("$name", (transport) => {
  const family = findTransport(transport.name.split(":")[0] ?? "");
  assert.ok(family);

  test("has attacks that know its protocol, each of another name", async () => {
    const names = (await attacksOn(transport)).map(({ name }) => name);
    assert.ok(names.length > commonAttacks(transport).length, "its folder has no attacks.ts");
    assert.deepEqual([...new Set(names)], names);
  });

  test.skipIf(transport.attackedAs === "another protocol")("has all that its family has", async () => {
    const names = (await attacksOn(transport)).map(({ name }) => name);
    const known = (await attacksOn(family)).map(({ name }) => name);
    assert.deepEqual(
      known.filter((name) => !names.includes(name)),
      [],
    );
  });
});

test("who speaks HTTP/1.1 is attacked as that, and who speaks WebSocket as that", async () => {
  const namesOn = async (name: string) => {
    const transport = findTransport(name);
    assert.ok(transport, name);
    return (await attacksOn(transport)).map((attack) => attack.name);
  };
  for (const name of ["sse", "long-polling", "long-polling:msgpack", "grpc:web", "socketio:polling"])
    assert.ok((await namesOn(name)).includes("requests within requests"), name);
  for (const name of ["websocket", "websocket:raw", "socketio", "socketio:msgpack", "mqtt:ws"])
    assert.ok((await namesOn(name)).includes("a message of fragments without end"), name);
});

test("over TLS there are attacks on that", async () => {
  const transport = findTransport("sse:tls");
  assert.ok(transport);
  const names = (await attacksOn(transport)).map(({ name }) => name);
  assert.ok(names.some((name) => name.includes("TLS 1.2")));
});
