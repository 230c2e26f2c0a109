import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";
import type { LabError } from "../../../core/errors.ts";
import type { Batch } from "./batch.ts";

/** A poll that waits for its answer, of which it gets one. */
export interface Poll {
  readonly socket: Socket;
  answer(batch: Batch): void;
  refuse(reason: LabError): void;
}

/** Answered through fastify, as its documentation has it for a reply that is sent later. */
export class RoutedPoll implements Poll {
  readonly #reply: FastifyReply;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
  }

  get socket(): Socket {
    return this.#reply.request.raw.socket;
  }

  answer({ mediaType, body }: Batch): void {
    this.#reply.header("content-type", mediaType).header("cache-control", "no-store").send(body);
  }

  refuse(reason: LabError): void {
    this.#reply.header("cache-control", "no-store").send(reason);
  }
}
