import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBareClient } from "../attacks/bare-websocket.ts";
import { type Bench, openBench } from "../conformance/bench.ts";
import { jsonNotation, runCase } from "./autobahn-case.test-fixture.ts";
import { closingCases } from "./autobahn-closing.test-fixture.ts";
import { framingCases } from "./autobahn-framing.test-fixture.ts";
import { utf8Cases } from "./autobahn-utf8.test-fixture.ts";
import { websocket, websocketFastify } from "./transport.ts";

/** One or two of each of Autobahn's groups; autobahn.full.test.ts has all that apply. */
const sample = new Set([
  "1.3",
  "2.4",
  "2.5",
  "3.2",
  "4.1.3",
  "5.6",
  "5.18",
  "6.2.3",
  "6.3.1",
  "7.1.3",
  "7.5.1",
  "7.9.5",
]);
const cases = [...framingCases, ...utf8Cases, ...closingCases].filter(({ id }) => sample.has(id));

test("the sample names cases that are there", () => expect(cases.length).toBe(sample.size));

describe.each([websocket, websocketFastify])("$name, a sample of the Autobahn test suite", (transport) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(transport, { maxBodyCharacters: 131_072, maxSessionsPerUser: 1_000 });
  });
  afterAll(() => bench.close());

  test.each(cases)("$id", async (one) => {
    const client = await openBareClient(bench.server.endpoint, bench.token("autobahn"));
    await runCase(one, jsonNotation, client);
  });
});
