import { join } from "node:path";
import type { Claim, Mode } from "../../claims/claim.ts";
import type { ClaimsDocument } from "../../claims/document.ts";
import { claims as all } from "../../claims/registry.ts";
import { LabError } from "../../core/errors.ts";
import { renderClaim } from "../../reports/claims/shown-claim.ts";
import { renderClaimList, renderClaims } from "../../reports/claims/terminal.ts";
import { durationText } from "../../reports/prose/duration.ts";
import { chosen } from "../claims/chosen.ts";
import { machineText } from "../claims/claims-document.ts";
import {
  DOCUMENT,
  PAGE,
  readDocument,
  setOthersAside,
  withEarlier,
  writeAll,
} from "../claims/claims-files.ts";
import { againSince, leftText } from "../claims/going-on.ts";
import { readKeptRuns } from "../claims/kept-runs.ts";
import { lackingFor } from "../claims/lacking.ts";
import { type ClaimsOutcome, planned, runClaims } from "../claims/run-claims.ts";
import type { ClaimsFlags } from "../commands/claims.ts";
import { type OutputFolder, openOutputFolder } from "../output/output-folder.ts";
import { preparationCache } from "../output/preparation-cache.ts";
import { terminalOptions } from "../output/render.ts";
import { commandLine } from "../process/command-line.ts";
import { usage } from "../process/failure.ts";
import { onInterruption } from "../process/interruption.ts";
import { createProgress } from "../progress/progress.ts";

const FOLDER = "notif-lab-claims";

/** Lists the claims, shows some, or tries them. */
export async function claims(
  what: string | undefined,
  names: readonly string[],
  flags: ClaimsFlags,
  words: readonly string[],
): Promise<void> {
  if (what === undefined) return list(flags);
  if (what === "show") return show(chosen(names, flags, "show"), flags);
  if (what === "run") return tryOut(chosen(names, flags, "run"), flags, words);
  throw usage(`claims takes run or show, or nothing to list them, not "${what}"`);
}

async function list({ out = FOLDER, json }: ClaimsFlags): Promise<void> {
  if (json) {
    process.stdout.write(`${JSON.stringify(all, null, 1)}\n`);
    return;
  }
  process.stdout.write(renderClaimList(all, await readDocument(out), terminalOptions()));
}

async function show(some: readonly Claim[], { json }: ClaimsFlags): Promise<void> {
  const lacking = await lackingFor(some);
  process.stdout.write(
    json
      ? `${JSON.stringify(some, null, 1)}\n`
      : some.map((claim) => renderClaim(claim, lacking, terminalOptions())).join("\n"),
  );
}

async function tryOut(some: readonly Claim[], flags: ClaimsFlags, words: readonly string[]): Promise<void> {
  const mode: Mode = flags.quick ? "quick" : "full";
  const silent = flags.quiet || flags.json;
  const say = (line: string) => void (silent || process.stderr.write(`${line}\n`));
  const folder = await openOutputFolder(flags.out ?? FOLDER);
  const experiments = await openOutputFolder(join(folder.path, "experiments"));
  const earlier = await readDocument(folder.path);
  const kind = { mode, machine: machineText() };
  const told = withEarlier(some, earlier, kind);
  const command = commandLine(words);
  const spec = {
    claims: some,
    told,
    mode,
    lacking: await lackingFor(told),
    kept: await readKeptRuns(experiments.path, mode),
    command,
    named: some.length < all.length,
    since: flags.again ? againSince(earlier, command, new Date()) : undefined,
    cache: preparationCache(),
  };
  const aside = await setOthersAside(folder, earlier, kind);
  if (aside !== undefined) say(aside);
  const { groups, seconds } = planned(spec);
  if (groups.length > 0)
    say(
      `about ${durationText(seconds)} of experiments; Ctrl-C keeps what is finished, and the same command goes on`,
    );
  const interruption = onInterruption();
  let progress: ReturnType<typeof createProgress> | undefined;
  let outcome: ClaimsOutcome;
  try {
    outcome = await runClaims(
      spec,
      {
        onGroup: (group, number, of) => {
          progress?.stop();
          const served = [...new Set(group.flatMap((one) => one.claims))].join(", ");
          say(`experiments ${number} of ${of}, for ${served}`);
          progress = silent ? undefined : createProgress(process.stderr, group[0]?.transports ?? []);
        },
        onProgress: (event) => progress?.update(event),
        onFailed: (group, error) => {
          const labels = group.map(({ label }) => label).join("; ");
          process.stderr.write(`notif-lab: ${labels}: ${LabError.from(error).message}\n`);
          process.exitCode = 1;
        },
        onResults: (group, results) =>
          experiments.write(spec.kept.fileOf(group), `${JSON.stringify(results, null, 1)}\n`),
        onDocument: (current) => writeAll(folder, current),
      },
      interruption.signal,
    );
  } finally {
    progress?.stop();
    interruption.dispose();
  }
  print(outcome.document, flags, folder);
  const left = leftText(outcome, command);
  if (left !== undefined) {
    process.stderr.write(`notif-lab: ${left}\n`);
    process.exitCode = 1;
  }
  if (interruption.signal.aborted) process.exitCode = 130;
}

function print(document: ClaimsDocument, { json, quiet }: ClaimsFlags, { path }: OutputFolder): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(document)}\n`);
    return;
  }
  if (!quiet) process.stdout.write(`${renderClaims(document, terminalOptions())}\n`);
  process.stdout.write(`Report   ${join(path, PAGE)}\nVerdicts ${join(path, DOCUMENT)}\n`);
}
