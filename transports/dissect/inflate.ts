import { constants, inflateRawSync } from "node:zlib";
import { LabError } from "../../core/errors.ts";

const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const WINDOW = 32 * 1024;

/** Inflates the messages of one direction, each with what came before it as its dictionary (RFC 7692, 7.2.2). */
export class Inflater {
  readonly #takeover: boolean;
  #window: Buffer = Buffer.alloc(0);

  /** `takeover` false: the sender begins each message anew (7.1.1). */
  constructor(takeover: boolean) {
    this.#takeover = takeover;
  }

  /** Throws `malformed`. */
  inflate(payload: Buffer): Buffer {
    let message: Buffer;
    try {
      message = inflateRawSync(Buffer.concat([payload, TAIL]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
      });
    } catch (error) {
      throw new LabError("malformed", "a message that claims to be compressed is not", { cause: error });
    }
    if (this.#takeover) this.#window = Buffer.from(Buffer.concat([this.#window, message]).subarray(-WINDOW));
    return message;
  }
}
