import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "vitest";
import { PROTOCOL } from "./protocol.ts";

/** What each protocol's messages were, as a hash of messages.ts. A change there is a new protocol, unless it is of words alone. */
const HASHES: Readonly<Record<number, string>> = {
  1: "a39c6f4f05441494",
  2: "a7d834dc0d923192",
  3: "6e34be640764142b",
  4: "99986d10a9d7d3e3",
  5: "2fafdac80bb9d7e8",
  6: "a9dc634e7182a3bb",
  7: "8bb88151bd3c0cb3",
  8: "09f7973a5ca849e2",
  9: "124ba76ff103ec57",
};

test("the protocol's number stands for what the messages are", () => {
  const source = readFileSync(new URL("messages.ts", import.meta.url), "utf8");
  // Comments and layout are no part of it.
  const spoken = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|\s+/gm, "");
  assert.equal(
    createHash("sha256").update(spoken).digest("hex").slice(0, 16),
    HASHES[PROTOCOL],
    "messages.ts has changed: raise PROTOCOL in protocol.ts, and add the new hash here",
  );
});
