import type { FastifyReply } from "fastify";
import { type Batch, cursorTag } from "../http/polls/batch.ts";
import { RoutedPoll } from "../http/polls/poll.ts";

/** Answered with the cursor as its entity tag, and with 304 when the client knows that one (RFC 9110, 13.1.2 and 15.4.5). */
export class ConditionalPoll extends RoutedPoll {
  readonly #reply: FastifyReply;
  readonly #known: string | undefined;

  /** `known`: If-None-Match as it came. */
  constructor(reply: FastifyReply, known: string | undefined) {
    super(reply);
    this.#reply = reply;
    this.#known = known;
  }

  override answer({ cursor, mediaType, body }: Batch): void {
    const tag = cursorTag(cursor);
    // It may be kept, and is asked for again each time.
    const reply = this.#reply.header("etag", tag).header("cache-control", "private, no-cache");
    if (matches(this.#known, tag)) reply.code(304).send();
    else reply.header("content-type", mediaType).send(body);
  }
}

/** The weak comparison of RFC 9110, 8.8.3.2, with each of a list. */
function matches(known: string | undefined, tag: string): boolean {
  // As clients send it that ask for nothing but their last answer.
  if (known === tag) return true;
  // Most that differ don't hold it at all, and need not be taken apart.
  if (!known?.includes(tag)) return false;
  return known.split(",").some((one) => one.trim().replace(/^W\//, "") === tag);
}
