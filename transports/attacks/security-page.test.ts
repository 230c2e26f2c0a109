import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, test } from "vitest";
import { suite } from "../conformance/suite.ts";
import type { Transport } from "../port/transport.ts";
import { findTransport, transports, transportsIfInstalled } from "../registry.ts";
import { commonAttacks } from "./common.ts";
import { attacksOn } from "./lists.ts";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/security.md", root), "utf8");
const inNetworks = [...transports, ...transportsIfInstalled].filter(({ supports }) => supports.network);

/** What the page shows its limits by, as `list: name`. Labels stand before the names that they are for, several for names of several lists. */
function namedOnThePage(): Set<string> {
  const named = new Set<string>();
  for (const row of page.split("\n").filter((line) => line.startsWith("| "))) {
    let labels: string[] = [];
    let fresh = true;
    for (const [, label, name] of (row.split(" | ")[2] ?? "").matchAll(/`([a-z0-9:-]+)`|"([^"]+)"/g)) {
      if (label !== undefined) labels = fresh ? [...labels, label] : [label];
      else for (const one of labels) named.add(`${one}: ${name}`);
      fresh = label !== undefined;
    }
  }
  return named;
}

describe("docs/security.md", () => {
  const tried = new Set<string>();
  const known = new Set(suite.map(({ name }) => `conformance: ${name}`));

  beforeAll(async () => {
    const add = async (label: string, transport: Transport) => {
      const common = commonAttacks(transport).map(({ name }) => name);
      const [family] = transport.name.split(":");
      for (const { name } of await attacksOn(transport)) {
        if (common.includes(name)) tried.add(`all: ${name}`);
        // A variant's list is its family's, or has names of its own beside it.
        else if (!tried.has(`${family}: ${name}`)) tried.add(`${label}: ${name}`);
      }
    };
    for (const transport of inNetworks) await add(transport.name, transport);
    const overTls = findTransport("sse:tls");
    assert.ok(overTls);
    await add("tls", overTls);
  });

  test("names every attack", () => {
    const named = namedOnThePage();
    assert.deepEqual(
      [...tried].filter((one) => !named.has(one)),
      [],
    );
  });

  test("names no attack and no check that is not there", () => {
    assert.deepEqual(
      [...namedOnThePage()].filter((one) => !tried.has(one) && !known.has(one)),
      [],
    );
  });

  test("names files that are there", () => {
    const files = [...page.matchAll(/`((?:core|transports)\/[\w/.-]+\.ts)`/g)].map(([, file]) => file ?? "");
    assert.ok(files.length > 10);
    assert.deepEqual(
      files.filter((file) => !existsSync(new URL(file, root))),
      [],
    );
  });
});
