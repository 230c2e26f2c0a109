import { isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";
import { systemReason, usage } from "../process/failure.ts";
import { type Complaint, pathText } from "./schema-issues.ts";

/** As many errors as one line has room for. */
const MOST_TOLD = 5;

/** Where the parts of a file stand. */
interface Places {
  /** `file:line:column` of an offset into the text. */
  at(offset: number): string;
  /** The offset of the node that the path leads to, or of the nearest one above it; of a key, where that is what is wrong. */
  offset(path: readonly PropertyKey[], unknownKey?: string): number;
}

/** Parses YAML, and so JSON as well, keeping where each part stands. Fails with one line, `file:line:column: what`. */
export function parsePlaced(
  text: string,
  fileName: string,
  whole: string,
): Places & { readonly value: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: "error" });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const [broken] = [...document.errors, ...document.warnings];
  if (broken) {
    const several = broken.code === "MULTIPLE_DOCS";
    const what = several ? `${whole}; here a second document begins` : broken.message;
    throw usage(`${at(broken.pos[0])}: ${what}`, broken);
  }
  const offset = (path: readonly PropertyKey[], unknownKey?: string): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const parent = document.getIn(path.slice(0, length - 1), true);
      const isKey = length === path.length && unknownKey !== undefined && isMap(parent);
      const key = isKey
        ? parent.items.find((one) => isScalar(one.key) && one.key.value === unknownKey)?.key
        : null;
      const node = key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  };
  try {
    // Aliases that multiply to fill the memory are refused.
    return { value: document.toJS({ maxAliasCount: 100 }), at, offset };
  } catch (error) {
    throw usage(`${at(0)}: ${systemReason(error)}`, error);
  }
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The complaints with their places, in the order of the file, on one line. */
export function placedText(complaints: readonly Complaint[], { at, offset }: Places): string {
  const placed = complaints.map((one) => ({ ...one, at: offset(one.path, one.unknownKey) }));
  placed.sort((a, b) => a.at - b.at);
  const shown = placed.slice(0, MOST_TOLD).map((one) => `${at(one.at)}: ${inWords(one)}`);
  const more = placed.length > MOST_TOLD ? [`and ${placed.length - MOST_TOLD} more`] : [];
  return [...shown, ...more].join("; ");
}

function inWords({ path, text }: Complaint): string {
  return path.length === 0 ? text : `${pathText(path)}: ${text}`;
}
