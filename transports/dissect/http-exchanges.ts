import { LabError } from "../../core/errors.ts";
import type { Dissector, Part, Span } from "./dissector.ts";
import { type Head, type Http1Events, readHttp1 } from "./http1.ts";
import { Outline } from "./outline.ts";
import { createDissector } from "./reader.ts";

/** A request or response whose content is complete. */
export interface HttpMessage {
  readonly head: Head;
  readonly content: Buffer;
}

export interface Verdict {
  /** Of the head, and of the end of a chunked content. */
  readonly head: Part;
  /** Of the content, whose length they add up to. */
  readonly content: readonly Span[];
}

/** What an HTTP transport's requests and responses are for. */
export interface HttpRules {
  /** Undefined for a request without content that only its response will tell the kind of. */
  request(request: HttpMessage): Verdict | undefined;
  /** `request` is the part of one that was left open. */
  response(response: HttpMessage, request: HttpMessage): Verdict & { readonly request?: Part };
  /**
   * For a response whose content is a stream without end: takes it over chunk by chunk, and calls `fill` with the parts of what it
   * has understood, in order. Its head is handshake.
   */
  stream?(
    response: Head,
    request: HttpMessage,
    fill: (spans: readonly Span[]) => void,
  ): ((content: Buffer) => void) | undefined;
}

interface Asked {
  readonly request: HttpMessage;
  /** Of a request that was left open. */
  readonly settle: ((part: Part) => void) | undefined;
}

/** Dissects a keep-alive connection: requests and their responses in turn (RFC 9112, 9.3). */
export function dissectHttp(rules: HttpRules): Dissector {
  const asked: Asked[] = [];
  const requests = new Outline();
  const responses = new Outline();

  const onRequest = gather(requests, {
    complete: (request, settle) => {
      const verdict = rules.request(request);
      if (!verdict && request.content.length > 0)
        throw new LabError("internal", "a request with content can't wait for its response");
      if (verdict) apply(requests, verdict, settle);
      asked.push({ request, settle: verdict ? undefined : settle });
    },
  });
  const onResponse = gather(responses, {
    stream: (head) => {
      const [first] = asked;
      if (!first) throw new LabError("malformed", `a response that nobody asked for: ${head.startLine}`);
      return rules.stream?.(head, first.request, (spans) => responses.fill(spans));
    },
    complete: (response, settle) => {
      const first = asked.shift();
      if (!first) throw new LabError("malformed", "a response that nobody asked for");
      const verdict = rules.response(response, first.request);
      apply(responses, verdict, settle);
      if (first.settle && verdict.request) first.settle(verdict.request);
    },
  });
  return createDissector({
    in: { outline: requests, consume: readHttp1("request", onRequest) },
    out: { outline: responses, consume: readHttp1("response", onResponse) },
  });
}

interface Gathering {
  stream?(head: Head): ((content: Buffer) => void) | undefined;
  complete(message: HttpMessage, settle: (part: Part) => void): void;
}

/** Lays out one message after the other, and puts each together. */
function gather(outline: Outline, { stream, complete }: Gathering): Http1Events {
  let head: Head | undefined;
  let pieces: Buffer[] = [];
  let settles: ((part: Part) => void)[] = [];
  let flow: ((content: Buffer) => void) | undefined;
  return {
    head: (begun) => {
      head = begun;
      pieces = [];
      settles = [];
      flow = stream?.(begun);
      if (flow) outline.add("handshake", begun.length);
      else settles.push(outline.hold(begun.length));
    },
    content: (before, content, after) => {
      outline.frame(before, content.length, after);
      if (flow) flow(content);
      else pieces.push(content);
    },
    ended: (length) => {
      if (!head) return;
      if (length > 0) settles.push(outline.hold(length));
      const mine = settles;
      const settle = (part: Part) => {
        for (const one of mine) one(part);
      };
      if (flow) settle("handshake");
      else complete({ head, content: Buffer.concat(pieces) }, settle);
    },
  };
}

function apply(outline: Outline, { head, content }: Verdict, settle: (part: Part) => void): void {
  settle(head);
  outline.fill(content);
}
