import type { Results } from "../../harness/result/result.ts";
import type { HtmlAssets } from "../html/document.ts";
import type { Rules } from "./junit.ts";

/** Pure: the same results, assets and rules give the same bytes. Only JUnit asks for the rules. */
type Renderer = (results: Results, assets: HtmlAssets, rules?: Rules) => string;

/** A file a run can be written as. */
export interface Format {
  readonly name: string;
  /** Of the file in a run's folder, by the names that their readers look for. */
  readonly file: string;
  /** What it is for, in the table of docs/formats.md. */
  readonly about: string;
  /** Loads what renders it: the names alone cost a help text nothing. */
  renderer(): Promise<Renderer>;
}

const json: Renderer = (results) => `${JSON.stringify(results, null, 1)}\n`;

/** Every format, in the order the cli lists them. */
export const formats: readonly Format[] = [
  {
    name: "html",
    file: "report.html",
    about: "the page to send round; one file, offline",
    renderer: async () => (await import("../html/page.ts")).renderHtml,
  },
  {
    name: "md",
    file: "report.md",
    about: "a pull request or a step summary",
    renderer: async () => (await import("./markdown.ts")).renderMarkdown,
  },
  {
    name: "csv",
    file: "report.csv",
    about: "a spreadsheet, R, pandas",
    renderer: async () => (await import("./csv.ts")).renderCsv,
  },
  {
    name: "junit",
    file: "junit.xml",
    about: "the test view of a CI server",
    renderer: async () => {
      const { renderJunit } = await import("./junit.ts");
      return (results, _assets, rules) => renderJunit(results, rules);
    },
  },
  {
    name: "prometheus",
    file: "metrics.prom",
    about: "node_exporter's textfile collector",
    renderer: async () => (await import("./prometheus.ts")).renderPrometheus,
  },
  {
    name: "json",
    file: "results.json",
    about: "programs; its schema is [results.schema.json](results.schema.json)",
    renderer: async () => json,
  },
];
