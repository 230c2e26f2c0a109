import assert from "node:assert/strict";
import { test } from "vitest";
import type { HubEvent } from "../../core/notification.ts";
import { msgpack } from "../msgpack.ts";
import { msgpackBatches } from "./msgpack-encoding.ts";

const event = (seq: number): HubEvent => ({
  kind: "notification",
  id: `e-${seq}`,
  channel: "topic/news",
  seq,
  from: "ann",
  body: "Grüße ☃",
  at: 1_795_487_400_000,
});

test.each([0, 1, 15, 16, 65_535, 65_536])(
  "a batch of %i events is the map that encoding all at once gives",
  (count) => {
    const events = Array.from({ length: count }, (_, index) => event(index));
    const packed = events.map(msgpackBatches.event);
    const whole = (fields: object) => msgpack.encode({ ...fields, events });
    assert.deepEqual(msgpackBatches.batch("e-9", 0, packed), whole({ cursor: "e-9" }));
    assert.deepEqual(msgpackBatches.batch("e-9", 300, packed), whole({ cursor: "e-9", dropped: 300 }));
  },
);
