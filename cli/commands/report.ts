import { dirname, join, resolve } from "node:path";
import { formats } from "../../reports/registry.ts";
import { parseChoices } from "../choices.ts";
import { openOutputFolder } from "../output-folder.ts";
import { htmlAssets } from "../render.ts";
import { readResults } from "../results-file.ts";

/** Renders a results file again and prints the paths written. */
export async function report(
  file: string,
  flags: { readonly out?: string; readonly format?: string },
): Promise<void> {
  const chosen = parseChoices("format", flags.format ?? "html,md", formats);
  const results = await readResults(file);
  const folder = await openOutputFolder(resolve(flags.out ?? dirname(file)));
  for (const { extension, render } of chosen) {
    const name = extension === "json" ? "results.json" : `report.${extension}`;
    await folder.write(name, render(results, htmlAssets()));
    process.stdout.write(`${join(folder.path, name)}\n`);
  }
}
