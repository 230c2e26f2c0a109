import assert from "node:assert/strict";
import { test } from "vitest";
import { bearerToken } from "./bearer.ts";

const tokenOf = (authorization: string | undefined, url = "/") =>
  bearerToken({ headers: authorization === undefined ? {} : { authorization }, url });

test("the scheme is read in any case (RFC 9110, 11.1)", () => {
  for (const scheme of ["Bearer", "bearer", "BEARER", "bEaReR"])
    assert.equal(tokenOf(`${scheme} x.y.z`), "x.y.z");
  assert.equal(tokenOf("Bearer   x.y.z"), "x.y.z");
});

test("another scheme is no token, and the query is looked at where there is none in the header", () => {
  for (const given of ["Basic eDp5", "Bearer", "Bearer ", "Bearerx.y.z", "", undefined])
    assert.equal(tokenOf(given), "", String(given));
  assert.equal(tokenOf(undefined, "/events?channel=a&access_token=x.y.z"), "x.y.z");
  assert.equal(tokenOf("bearer header", "/events?access_token=query"), "header");
});
