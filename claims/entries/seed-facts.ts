import type { Claim } from "../claim.ts";
import { SEED } from "../sources.ts";

export const seedGrpcBrowsers: Claim = {
  id: "seed-grpc-browsers",
  sentence: "gRPC is not for browsers.",
  source: SEED,
  readings: [
    {
      kind: "stated",
      meaning: "a page can't speak gRPC itself",
      verdict: "holds here",
      because:
        "no browser gives a page HTTP/2 frames and trailers, and the lab's grpc has no client for pages",
      by: "the capability row Browser of grpc (`notif-lab list`), and the gRPC-Web protocol, which says so of itself",
    },
    {
      kind: "stated",
      meaning: "a page can't use a gRPC service at all",
      verdict: "contradicted here",
      because:
        "in Chromium grpc:web passes the conformance suite: unary calls and server streaming work, client streaming does not",
      by: "test/browser/conformance.test.ts, and the capability rows of grpc:web",
    },
  ],
};

export const seedHttp2: Claim = {
  id: "seed-http2",
  sentence: "HTTP/2 is request and response only.",
  source: SEED,
  readings: [
    {
      kind: "stated",
      meaning: "the server can't send on an open stream what the client did not ask for anew",
      verdict: "contradicted here",
      because:
        "a stream of HTTP/2 is open both ways until each side ends it, DATA frames of several streams are interleaved, and WebSocket runs on one; the lab's grpc sends notifications on a stream that its client opened once",
      by: "RFC 9113, sections 5 and 8.1, RFC 8441, and the journey of grpc (`notif-lab explain grpc`)",
    },
    {
      kind: "stated",
      meaning: "a server can't begin a stream to the client with content of its own",
      verdict: "holds under these conditions",
      because:
        "PUSH_PROMISE exists and answers requests that the server makes up; a client may forbid it, and browsers have taken it out",
      by: "RFC 9113, section 8.4",
    },
  ],
};
