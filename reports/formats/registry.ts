import type { Results } from "../../harness/result/result.ts";
import type { HtmlAssets } from "../html/document.ts";
import { renderHtml } from "../html/page.ts";
import { renderCsv } from "./csv.ts";
import { type Rules, renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderPrometheus } from "./prometheus.ts";

/** A file a run can be written as. */
export interface Format {
  readonly name: string;
  /** Of the file in a run's folder, by the names that their readers look for. */
  readonly file: string;
  /** Pure: the same results, assets and rules give the same bytes. Only JUnit asks for the rules. */
  render(results: Results, assets: HtmlAssets, rules?: Rules): string;
}

/** Every format, in the order the cli lists them. */
export const formats: readonly Format[] = [
  { name: "html", file: "report.html", render: renderHtml },
  { name: "md", file: "report.md", render: renderMarkdown },
  { name: "csv", file: "report.csv", render: renderCsv },
  {
    name: "junit",
    file: "junit.xml",
    render: (results, _assets, rules) => renderJunit(results, rules),
  },
  {
    name: "prometheus",
    file: "metrics.prom",
    render: renderPrometheus,
  },
  {
    name: "json",
    file: "results.json",
    render: (results) => `${JSON.stringify(results, null, 1)}\n`,
  },
];
