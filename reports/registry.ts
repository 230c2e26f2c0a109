import type { Results } from "../harness/result.ts";
import { type HtmlAssets, renderHtml } from "./html/page.ts";
import { renderMarkdown } from "./markdown.ts";

/** A file a run can be written as. */
export interface Format {
  readonly name: string;
  /** Without the dot. */
  readonly extension: string;
  /** Pure: the same results and assets give the same bytes. */
  render(results: Results, assets: HtmlAssets): string;
}

/** Every format, in the order the cli lists them. */
export const formats: readonly Format[] = [
  { name: "html", extension: "html", render: renderHtml },
  { name: "md", extension: "md", render: renderMarkdown },
  { name: "json", extension: "json", render: (results) => `${JSON.stringify(results, null, 2)}\n` },
];
