/** @module-tag full */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBareClient } from "../attacks/bare-websocket.ts";
import { type Bench, openBench } from "../conformance/bench.ts";
import { overTls } from "../port/tls.ts";
import { jsonNotation, msgpackNotation, runCase } from "./autobahn-case.test-fixture.ts";
import { closingCases, sizeCases } from "./autobahn-closing.test-fixture.ts";
import { framingCases } from "./autobahn-framing.test-fixture.ts";
import { utf8Cases } from "./autobahn-utf8.test-fixture.ts";
import {
  websocket,
  websocketDeflate,
  websocketFastify,
  websocketMsgpack,
  websocketRaw,
} from "./transport.ts";

/*
 * The cases of the Autobahn test suite that apply, on every variant; docs/testing.md says which do not.
 */
const common = [...framingCases, ...closingCases, ...sizeCases];
const texts = [...common, ...utf8Cases];

test("there are as many as the suite has, less those that docs/testing.md names", () => {
  const inGroup = (group: number) => texts.filter(({ id }) => Number(id.split(".")[0]) === group).length;
  expect([1, 2, 3, 4, 5, 6, 7, 9, 10].map(inGroup)).toEqual([8, 11, 7, 10, 20, 145, 37, 25, 1]);
  expect(new Set(texts.map(({ id }) => id)).size).toBe(texts.length);
});

describe.each([
  { transport: websocket, notation: jsonNotation, cases: texts },
  { transport: websocketRaw, notation: jsonNotation, cases: texts },
  { transport: websocketDeflate, notation: jsonNotation, cases: texts },
  { transport: websocketFastify, notation: jsonNotation, cases: texts },
  { transport: overTls(websocket), notation: jsonNotation, cases: texts },
  { transport: websocketMsgpack, notation: msgpackNotation, cases: common },
])("the Autobahn test suite on $transport.name", ({ transport, notation, cases }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench(transport, { maxBodyCharacters: 131_072, maxSessionsPerUser: 1_000 });
  });
  afterAll(() => bench.close());

  test.each(cases)("$id", async (one) => {
    const client = await openBareClient(bench.server.endpoint, bench.token("autobahn"));
    await runCase(one, notation, client);
  });
});
