import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { HubEvent } from "../../core/notification.ts";
import { bytesOf, type Codec, json } from "./codec.ts";
import { msgpack } from "./msgpack.ts";

const codecs: readonly [string, Codec][] = [
  ["json", json],
  ["msgpack", msgpack],
];
const malformed = { name: "LabError", code: "malformed" };

const event = (seq: number): HubEvent => ({
  kind: "notification",
  id: `e-${seq}`,
  channel: "topic/news",
  seq,
  from: "ann",
  body: 'Grüße ☃ "]}',
  at: 1_795_487_400_000,
});

describe.each(codecs)("%s", (_, codec) => {
  for (const count of [0, 1, 15, 16, 65_535, 65_536])
    test(`writes a list of ${count} encoded items as encoding all at once does`, {
      // Where MessagePack's heads grow; in JSON no length stands before a list.
      tags: count > 16 && codec === json ? ["full"] : [],
    }, () => {
      const events = Array.from({ length: count }, (_, index) => event(index));
      const items = events.map(codec.encode);
      // What stands beside a long list makes no difference to it.
      const beside = [{ cursor: "e-9" }, { cursor: "e-9", dropped: 300 }].slice(count > 16 ? 1 : 0);
      for (const fields of beside)
        assert.ok(
          bytesOf(codec.encodeWithList(fields, "events", items)).equals(
            bytesOf(codec.encode({ ...fields, events })),
          ),
        );
    });

  test("decodes what it encoded, as the transport's library delivers it", () => {
    const message = codec.encode(event(1));
    assert.equal(typeof message === "string", !codec.binary);
    for (const read of [codec.parse, codec.parseTrusted])
      for (const handed of [message, bytesOf(message)]) assert.deepEqual(read(handed), event(1));
  });

  test("takes nothing but an object", () => {
    for (const value of [[], [1]]) assert.throws(() => codec.parse(codec.encode(value)), malformed);
    for (const text of ["", "{", "null", "1"]) assert.throws(() => codec.parse(text), malformed);
  });
});

test("json takes no bytes from strangers that are not UTF-8", () => {
  const bytes = Buffer.from([...Buffer.from('{"body":"'), 0xff, ...Buffer.from('"}')]);
  assert.throws(() => json.parse(bytes), malformed);
});
