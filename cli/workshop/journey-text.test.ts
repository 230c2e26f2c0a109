import assert from "node:assert/strict";
import { describe, test } from "vitest";
import type { Block } from "../../workshop/block.ts";
import { ON_LONG_POLLING } from "../../workshop/journey.test-fixture.ts";
import { pageFace } from "./page-face.ts";
import { renderBlock } from "./terminal-face.ts";

const block: Block = { kind: "journey", journey: ON_LONG_POLLING };
const messages = ON_LONG_POLLING.segments.length;

describe("a journey in a lesson", () => {
  test("is a diagram in a terminal, with an arrow for every message and a legend", () => {
    const text = renderBlock(block, { color: false, unicode: false, width: 80 });
    assert.match(text, /^\nlong-polling: from the publish to the receipt/);
    assert.equal(text.split("10 B: B4 F6").length - 1, messages);
    assert.match(text, /\nB body: the notification's text; F framing:/);
    assert.ok(text.split("\n").every((line) => line.length <= 80));
    assert.ok([...text].every((one) => one <= "~"));
  });

  test("is told in words in a narrow one", () => {
    const text = renderBlock(block, { color: false, unicode: false, width: 50 });
    assert.match(text, /\n1 A -> server: <frame>, 10 bytes\n2 server -> A: /);
    assert.ok(text.split("\n").every((line) => line.length <= 50));
  });

  test("is a picture on the page, with the same in words", () => {
    const face = pageFace(new AbortController().signal);
    face.show({ kind: "text", text: "before" }, block);
    const [before, picture] = face.blocks;
    assert.deepEqual(before, { kind: "text", text: "before" });
    assert.ok(picture?.kind === "picture");
    assert.match(picture.markup, /^<svg class="sequence"/);
    assert.equal(picture.says.split("; ").length, messages);
  });
});
