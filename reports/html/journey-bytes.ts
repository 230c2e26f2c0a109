import type { JourneySegment } from "../../harness/result/result.ts";
import { hexOf, runsOf, textOf } from "../journey/bytes.ts";
import { PARTS } from "../journey/parts.ts";
import { type Arrow, routeOf } from "../journey/view.ts";
import { counted } from "../prose/text.ts";
import { type Html, html } from "./html.ts";

/** A message's bytes, one row a part: what it is, the bytes as sent, and as text. */
export function byteTable({ number, segment, name }: Arrow): Html {
  return html`<table class="bytes"><caption>${number}  ${routeOf(segment)}: ${name}, ${counted(segment.length, "byte")}</caption>
<tbody>${rowsOf(segment)}</tbody></table>
`;
}

function rowsOf(segment: JourneySegment): Html[] {
  return runsOf(segment).map(({ part, length, raw, clear }) => {
    const missing = length - raw.length;
    const rest = missing === 0 ? undefined : html` <i>${counted(missing, "byte")} not kept</i>`;
    return html`<tr><th scope="row" class="jp ${part}">${PARTS[part].letter} ${part}<br><small>${counted(length, "byte")}</small></th><td class="jp ${part}">${hexOf(raw)}${rest}</td><td class="jp ${part} text">${spaced(textOf(clear))}</td></tr>`;
  });
}

/** Spaces at either end would not be seen. */
function spaced(text: string): string {
  return text.replace(/^ +| +$/g, (spaces) => "␣".repeat(spaces.length));
}
