import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, test } from "vitest";
import { nameHttp2 } from "./dissect/naming.ts";
import type { TransportEntry, TransportFamily } from "./port/entry.ts";
import {
  everyTransport,
  findTransport,
  transports,
  transportsIfInstalled,
  transportsOnRedis,
} from "./registry.ts";

const withoutRedis = [...transports, ...transportsIfInstalled];
const here = new URL("./", import.meta.url);
/** Folders with what transports have in common; every other one is a transport's. */
const PARTS =
  "attacks backplane codec conformance conversing dissect engines http limits net port session".split(" ");
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !PARTS.includes(entry.name))
  .map((entry) => entry.name);

describe("no transport is forgotten", () => {
  test("names are unique, and each is a folder's, or a folder's with a variant", () => {
    const names = everyTransport.map((transport) => transport.name);
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual([...new Set(names.map((name) => name.split(":")[0]))].sort(), [...folders].sort());
  });

  test("every transport with a network has a dissector, which refuses what is not the transport's", async () => {
    for (const { name, supports, dissector } of withoutRedis) {
      assert.equal(dissector !== undefined, supports.network, name);
      const dissect = await dissector?.();
      if (!dissect) continue;
      for (const direction of ["in", "out"] as const) {
        const garbage = Buffer.alloc(64, "\xffnonsense\0", "latin1");
        assert.throws(
          () => dissect(() => true).push(direction, garbage),
          { code: "malformed" },
          `${name} ${direction}`,
        );
      }
    }
  });

  test("what reports say of its resumption is what its conformance suite proves", () => {
    for (const { name, supports, facts } of everyTransport) {
      if (facts?.baseline) continue;
      assert.equal(facts?.traits?.resumption?.meets, supports.resume ? "yes" : "no", name);
    }
  });

  test("who needs HTTP/2 without TLS is no page's, and passes no proxy that speaks HTTP/1.1 alone", async () => {
    const inTheClear: string[] = [];
    for (const { name, naming, facts } of everyTransport) {
      if ((await naming?.()) !== nameHttp2) continue;
      inTheClear.push(name);
      const { browser, proxies } = facts?.traits ?? {};
      assert.deepEqual([browser?.meets, proxies?.meets], ["no", "no"], name);
    }
    assert.deepEqual(inTheClear.toSorted(), ["grpc", "sse:h2"]);
    const { browser, proxies } = findTransport("sse:h2:tls")?.facts?.traits ?? {};
    assert.deepEqual([browser?.meets, proxies?.meets], ["yes", "no"]);
    assert.equal(findTransport("websocket:tls")?.facts, findTransport("websocket")?.facts);
  });

  test("a library that one folder alone measures with is in its list of libraries", () => {
    const users = (library: string) =>
      new Set(
        withoutRedis.flatMap(({ name, packages }) =>
          packages.includes(library) ? [name.split(":")[0]] : [],
        ),
      );
    const listed = (folder = "") => {
      const file = new URL(`${folder}/libraries.json`, here);
      return existsSync(file) ? readFileSync(file, "utf8") : "[]";
    };
    for (const library of new Set(withoutRedis.flatMap(({ packages }) => packages))) {
      const [only, ...others] = users(library);
      if (others.length === 0) assert.ok(listed(only).includes(`"${library}"`), `${only}: ${library}`);
    }
  });

  for (const folder of folders) {
    const files = readdirSync(new URL(`${folder}/`, here));

    test(`${folder} has the files of a transport, and its page`, () => {
      for (const file of ["transport.ts", "server.ts", "client.ts", "transport.test.ts"])
        assert.ok(files.includes(file), file);
      assert.ok(readFileSync(new URL(`../docs/transports/${folder}.md`, here), "utf8").length > 500);
    });

    test(`${folder} exports only registered transports, runs the conformance suite on each, and attacks them`, async () => {
      const { family, ...exported }: { readonly family: TransportFamily } = await import(
        `./${folder}/transport.ts`
      );
      const descriptors = Object.values<TransportEntry>(exported);
      const { onRedis = [], ifInstalled = [] } = family;
      const byName = (list: readonly TransportEntry[]) => list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      assert.deepEqual(byName([...family.transports, ...onRedis, ...ifInstalled]), byName(descriptors));
      assert.equal(family.transports[0].name, folder);
      assert.ok(descriptors.length > 0);
      for (const [descriptors, list] of [
        [family.transports, transports],
        [onRedis, transportsOnRedis],
        [ifInstalled, transportsIfInstalled],
      ] as const)
        for (const descriptor of descriptors) assert.ok(list.includes(descriptor), descriptor.name);
      const tests = files
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => readFileSync(new URL(`${folder}/${file}`, here), "utf8"));
      for (const name of Object.keys(exported))
        assert.ok(
          tests.some((text) =>
            new RegExp(`describeConformance(OnRedis|IfInstalled)?\\(${name}[,)]`).test(text),
          ),
          name,
        );
      if (!family.transports[0].supports.network) return;
      const attacked = readFileSync(new URL(`${folder}/attacks.full.test.ts`, here), "utf8");
      assert.match(attacked, /describeAttacks\(family\.transports[,)]/);
    });
  }
});
