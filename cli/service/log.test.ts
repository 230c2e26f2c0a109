import assert from "node:assert/strict";
import { test } from "vitest";
import { withoutSecrets } from "./log.ts";

test("what looks like a token or a password is taken out of a line", () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";
  const lines = {
    [`bad token ${token} here`]: "bad token [token] here",
    [`GET /events?access_token=${token}&alive=1`]: "GET /events?access_token=[token]&alive=1",
    "authorization: Bearer abc.def": "authorization: Bearer [token]",
    "can't reach redis://:secret@127.0.0.1:6379": "can't reach redis://[password]@127.0.0.1:6379",
    "connect ECONNREFUSED 127.0.0.1:6379": "connect ECONNREFUSED 127.0.0.1:6379",
  };
  for (const [line, shown] of Object.entries(lines)) assert.equal(withoutSecrets(line), shown);
});
