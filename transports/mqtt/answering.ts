import { LabError } from "../../core/errors.ts";
import type { Hub } from "../../core/hub.ts";
import { settle } from "../../core/maybe-promise.ts";
import type { Session } from "../../core/session.ts";
import type { Codec, Encoded } from "../codec/codec.ts";
import { guarded } from "../limits/guard.ts";
import { errorAnswer, okAnswer, perform, type Ref, readRef } from "../session/envelope.ts";

interface Answering {
  readonly send: (message: object) => void;
  /** Ends the connection, after an error of the lab's own. */
  readonly fail: () => void;
  /** Whether to follow a channel is a request as well; else SUBSCRIBE alone says so. */
  readonly subscribes: boolean;
}

/** Carries out a request that was published, and sends its answer. What goes wrong ends its connection alone. */
export function answerRequest(
  hub: Hub,
  session: Session,
  codec: Codec,
  payload: Encoded,
  { send, fail, subscribes }: Answering,
): void {
  let ref: Ref = null;
  settle(
    () => {
      const request = codec.parse(payload);
      ref = readRef(request);
      if (request.op !== "subscribe") return perform(hub, session, request);
      if (!subscribes)
        throw new LabError("unsupported", "follow a channel with an MQTT SUBSCRIBE to its name");
      if (request.after !== undefined && request.after !== null)
        throw new LabError("unsupported", "this transport can't resume from a cursor; subscribe without one");
      return perform(hub, session, request);
    },
    ({ result }) => send(okAnswer(ref, result)),
    guarded(hub, fail, (error: unknown) => {
      if (!(error instanceof LabError)) throw error;
      send(errorAnswer(ref, error));
    }),
  );
}
