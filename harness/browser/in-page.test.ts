import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { mostInOnePage } from "../../transports/browser.ts";
import { inPage, whyNoPage } from "./in-page.ts";

describe("what pages speak", () => {
  test("is told by a transport's name, also over TLS and under a second name", () => {
    assert.equal(inPage("sse"), "sse");
    assert.equal(inPage("mqtt:ws#2"), "mqtt:ws");
    assert.equal(inPage("websocket:tls"), "websocket");
    assert.equal(inPage("websocket:raw"), undefined);
  });

  test("what has no client for pages says which variant has", () => {
    assert.equal(whyNoPage("websocket"), undefined);
    assert.equal(whyNoPage("grpc"), "it has no client for pages; grpc:web has");
    assert.equal(whyNoPage("mqtt:qos2:tls"), "it has no client for pages; mqtt:ws has");
    assert.equal(whyNoPage("tcp"), "it has no client for pages");
  });

  test("a page has room for as many clients of each as a browser opens connections", () => {
    for (const name of ["websocket", "socketio", "mqtt:ws"] as const)
      assert.equal(mostInOnePage(name), 255, name);
    for (const name of ["sse", "long-polling", "grpc:web"] as const)
      assert.equal(mostInOnePage(name), 5, name);
  });
});
