import { splitDialogue } from "../dissect/dialogue.ts";
import type { Direction, DissectorFactory, Span } from "../dissect/dissector.ts";
import { parseJson } from "../dissect/json.ts";
import { readPrefixed } from "../dissect/length-prefix.ts";
import { Outline } from "../dissect/outline.ts";
import { createDissector, type Lane } from "../dissect/reader.ts";
import { isObject } from "../session/envelope.ts";

/** JSON texts of the dialogue behind their length in four bytes. The answer to `connect` is known by its number. */
export const dissect: DissectorFactory = (isBody) => {
  let connectRef: unknown;
  const split = (direction: Direction, text: Buffer): Span[] => {
    const message = parseJson(text);
    if (isObject(message)) {
      const { op, ref } = message;
      if (direction === "in" && op === "connect") connectRef = ref;
      if (direction === "out" && op === "ok" && ref !== undefined && ref === connectRef) {
        connectRef = undefined;
        return [{ part: "handshake", length: text.length }];
      }
    }
    return splitDialogue(direction, text, isBody);
  };
  const lane = (direction: Direction): Lane => {
    const outline = new Outline();
    const consume = readPrefixed({ bytes: 4 }, (text) => {
      // Nothing at all is no JSON either.
      const spans = split(direction, text);
      outline.frame(4, text.length);
      outline.fill(spans);
    });
    return { outline, consume };
  };
  return createDissector({ in: lane("in"), out: lane("out") });
};
