import { join } from "node:path";
import type { Claim, Mode } from "../../claims/claim.ts";
import { type ClaimsDocument, claimsSchema } from "../../claims/document.ts";
import { claims as all } from "../../claims/registry.ts";
import { renderClaimsMarkdown } from "../../reports/claims/markdown.ts";
import { renderClaimsHtml } from "../../reports/claims/page.ts";
import { plain } from "../../reports/prose/text.ts";
import { type OutputFolder, setAside } from "../output/output-folder.ts";
import { readText } from "../output/read-text.ts";
import { htmlAssets } from "../output/render.ts";

export const DOCUMENT = "claims.json";
export const PAGE = "claims.html";
const MARKDOWN = "claims.md";
/** More than any number of verdicts takes. */
const MOST_DOCUMENT = 16 * 1024 ** 2;

/** What an earlier run wrote; undefined where there is none that can be read. */
export async function readDocument(folder: string): Promise<ClaimsDocument | undefined> {
  try {
    return claimsSchema.parse(JSON.parse(await readText(join(folder, DOCUMENT), MOST_DOCUMENT)));
  } catch {
    // A damaged one is written anew; the experiments are kept beside it.
    return undefined;
  }
}

/** Writes the verdicts in every form. */
export async function writeAll(folder: OutputFolder, document: ClaimsDocument): Promise<void> {
  await folder.write(DOCUMENT, `${JSON.stringify(claimsSchema.parse(document), null, 1)}\n`);
  await folder.write(MARKDOWN, renderClaimsMarkdown(document));
  await folder.write(PAGE, renderClaimsHtml(document, htmlAssets()));
}

/** How and where verdicts are found: figures of others are not shown beside them. */
type Kind = Pick<ClaimsDocument, "mode" | "machine">;

function isAlike(earlier: Kind, { mode, machine }: Kind): boolean {
  return earlier.mode === mode && earlier.machine === machine;
}

/** The claims with those that an earlier run of the same kind told, in the registry's order. */
export function withEarlier(
  some: readonly Claim[],
  earlier: ClaimsDocument | undefined,
  kind: Kind,
): readonly Claim[] {
  const told = new Set(earlier && isAlike(earlier, kind) ? earlier.findings.map(({ id }) => id) : []);
  return all.filter((claim) => told.has(claim.id) || some.includes(claim));
}

const RUNS: Readonly<Record<Mode, string>> = { quick: "quick run", full: "whole run" };

/** Keeps the verdicts of an earlier run of another kind under other names; says where, or undefined where there are none. */
export async function setOthersAside(
  { path }: OutputFolder,
  earlier: ClaimsDocument | undefined,
  kind: Kind,
): Promise<string | undefined> {
  if (!earlier || isAlike(earlier, kind)) return undefined;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  const kept: (string | undefined)[] = [];
  for (const name of [PAGE, MARKDOWN, DOCUMENT]) kept.push(await setAside(path, name, stamp));
  const first = kept.find((one) => one !== undefined);
  const whose = `an earlier ${RUNS[earlier.mode]}${earlier.machine === kind.machine ? "" : ` on ${plain(earlier.machine)}`}`;
  return first === undefined ? undefined : `the verdicts of ${whose} are kept as ${first}`;
}
