import type { Fields } from "../../session/envelope.ts";

/** What a stream brings, by kind; all of them may throw `malformed`. */
export interface StreamMessages {
  event(message: Fields): void;
  welcome(message: Fields): void;
  /** Why it ends. */
  closed(message: Fields): void;
}
