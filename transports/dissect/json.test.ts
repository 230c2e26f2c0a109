import assert from "node:assert/strict";
import { test } from "vitest";
import { splitJson } from "./json.ts";

const published = ["plain", 'a "quoted" \\ one\n\0', "Grüße 😀 \u2028", "", "\ud800"];
const isBody = (text: string) => published.includes(text);

test.each(published)("the body %j is found as it is escaped", (body) => {
  const escaped = JSON.stringify(body).slice(1, -1);
  const before = `{"body_":"${escaped}","id":"${escaped}","list":[{"body":"`;
  const after = '"}]}';
  const spans = splitJson(Buffer.from(before + escaped + after), isBody);
  assert.deepEqual(
    spans.map(({ part, length }) => [part, length]),
    [
      ["envelope", Buffer.byteLength(before)],
      ["body", Buffer.byteLength(escaped)],
      ["envelope", after.length],
    ],
  );
});

test("several messages in one text, two of the same body", () => {
  const text = '{"events":[{"body":"plain"},{"of":1},{"body":"plain"}]}';
  assert.deepEqual(
    splitJson(Buffer.from(text), isBody).map(({ part, length }) => `${part} ${length}`),
    ["envelope 20", "body 5", "envelope 21", "body 5", "envelope 4"],
  );
});

test("a body that nobody published, one escaped in another way, and what is no JSON are refused", () => {
  for (const text of ['{"body":"other"}', '{"body":"pl\\u0061in"}', "{"])
    assert.throws(() => splitJson(Buffer.from(text), isBody), { name: "LabError", code: "malformed" });
});
