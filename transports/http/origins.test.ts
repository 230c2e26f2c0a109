import assert from "node:assert/strict";
import { test } from "vitest";
import { code } from "../conformance/bench.ts";
import { createOrigins, parseOrigin } from "./origins.ts";

test("origins are read as browsers write them", () => {
  const origins = {
    "*": "*",
    "https://App.example:443": "https://app.example",
    "http://localhost:5173": "http://localhost:5173",
    "http://[::1]:80": "http://[::1]",
    "https://bücher.example": "https://xn--bcher-kva.example",
    "capacitor://Localhost": "capacitor://localhost",
  };
  for (const [text, origin] of Object.entries(origins)) assert.equal(parseOrigin(text), origin);
});

test("what is no origin is refused", () => {
  for (const text of [
    "",
    "app.example",
    "null",
    "https://",
    "https://a.example/",
    "https://a.example/x",
    "https://*.a.example",
    "https://u@a.example",
  ]) {
    assert.equal(parseOrigin(text), undefined, text);
    assert.throws(() => createOrigins([text]), code("malformed"), text);
  }
});

test("a page of the host itself is let in, whatever the case of its name, and one of a longer or shorter name is not", () => {
  const origins = createOrigins([]);
  const admitted = (origin: string) => origins.admit({ origin, host: "Chat.example:8080" });
  assert.ok(admitted("https://chat.example:8080"));
  for (const origin of [
    "https://chat.example",
    "https://chat.example:80",
    "https://x.chat.example:8080",
    "null",
    "chat.example:8080",
    "ftp://chat.example:8080",
  ])
    assert.ok(!admitted(origin), origin);
  assert.ok(!createOrigins([]).admit({ origin: "https://" }), "without a host");
});
