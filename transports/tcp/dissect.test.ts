import { test } from "vitest";
import { assertTold, type Step } from "../dissect/exchange.test-fixture.ts";
import { dissect } from "./dissect.ts";
import { encodeFrame } from "./framing.ts";

const isBody = (text: string) => text === "héllo";

test("connect and subscribe are handshake, pings heartbeats, and a message has four bytes of framing", () => {
  const steps: Step[] = [
    ["in", encodeFrame('{"op":"connect","ref":1,"token":"x"}')],
    ["out", encodeFrame('{"op":"ok","ref":1}')],
    ["in", encodeFrame('{"op":"subscribe","channel":"topic/a","ref":2}')],
    ["out", encodeFrame('{"op":"ok","ref":2,"channel":"topic/a","seq":0,"cursor":"e-0","missed":false}')],
    ["out", encodeFrame('{"op":"ping"}')],
    ["in", encodeFrame('{"op":"pong"}')],
    ["in", encodeFrame('{"op":"publish","channel":"topic/a","body":"héllo","ref":3}')],
    ["out", encodeFrame('{"op":"ok","ref":3,"id":"e-1","seq":1,"at":5}')],
    ["out", encodeFrame('{"kind":"notification","body":"héllo","at":5}')],
    ["in", encodeFrame('{"op":"read","id":"e-1","ref":4}')],
    ["out", encodeFrame('{"op":"ok","ref":4}')],
  ];
  assertTold(dissect, isBody, steps, {
    in: "handshake 90, heartbeats 17, framing 4, envelope 44, body 6, envelope 10, framing 4, envelope 32",
    out: "handshake 104, heartbeats 17, framing 4, envelope 45, framing 4, envelope 31, body 6, envelope 9, framing 4, envelope 19",
  });
});
