import { join } from "node:path";
import type { Results } from "../../harness/result/result.ts";
import type { Rules } from "../../reports/formats/junit.ts";
import { type Format, formats } from "../../reports/formats/registry.ts";
import { parseChoices } from "../flags/choices.ts";
import type { OutputFolder } from "./output-folder.ts";
import { htmlAssets } from "./render.ts";

/** `html,md` as formats; an unknown one fails with the nearest and all there are. */
export function parseFormats(text = "html,md"): Format[] {
  const names = formats.map(({ name }) => name).join(", ");
  return parseChoices("format", text, formats, { hint: `there are ${names}` });
}

/** Writes the reports into the folder and gives their paths, in the order chosen. */
export async function writeReports(
  folder: OutputFolder,
  chosen: readonly Format[],
  results: Results,
  rules: Rules,
): Promise<string[]> {
  const paths: string[] = [];
  for (const { file, renderer } of chosen) {
    const render = await renderer();
    await folder.write(file, render(results, htmlAssets(), rules));
    paths.push(join(folder.path, file));
  }
  return paths;
}
