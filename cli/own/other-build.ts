import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { PROTOCOL } from "../../harness/processes/protocol.ts";
import type { OtherBuild } from "../../harness/run/run-state.ts";
import { cacheFolder } from "../output/preparation-cache.ts";
import { readResults } from "../output/results-file.ts";
import { makeFolder } from "../output/whole-file.ts";
import { usage } from "../process/failure.ts";

const PACKAGE = "notif-lab";

interface Named {
  readonly against?: string;
  readonly againstVersion?: string;
}

/**
 * The build that is to be measured beside this one: of `--against` the package in that folder, or the version that a results.json was made
 * with; of `--against-version` a version or a packed file, which npm installs into the cache folder. Fails with one line.
 */
export async function findBuild({ against, againstVersion }: Named): Promise<OtherBuild | undefined> {
  if (against !== undefined && againstVersion !== undefined)
    throw usage("--against and --against-version both name a build; leave one out");
  if (againstVersion !== undefined) return checked(await installed(againstVersion), "--against-version");
  if (against === undefined) return undefined;
  const folder = packageIn(resolve(against));
  if (folder !== undefined) return checked(folder, "--against");
  if (!existsSync(against))
    throw usage(`--against: there is no ${against}; name the folder of a built notif-lab, or a results.json`);
  const { environment } = await readResults(against);
  return checked(await installed(environment.notifLab), "--against");
}

/** Where the package is: the folder itself, or what is installed in it. */
function packageIn(folder: string): string | undefined {
  return [folder, join(folder, "node_modules", PACKAGE)].find((one) => manifestOf(one)?.name === PACKAGE);
}

function manifestOf(folder: string): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null ? manifest : undefined;
  } catch {
    return undefined;
  }
}

async function checked(root: string, flag: string): Promise<OtherBuild> {
  const { version } = manifestOf(root) ?? {};
  const spoken = join(root, "dist", "harness", "processes", "protocol.js");
  if (!existsSync(join(root, "dist", "harness", "processes", "server.js")))
    throw usage(`${flag}: ${root} is not built; run "npm run build" there first`);
  const { PROTOCOL: theirs } = existsSync(spoken)
    ? ((await import(pathToFileURL(spoken).href)) as { readonly PROTOCOL?: unknown })
    : { PROTOCOL: 0 };
  if (theirs !== PROTOCOL)
    throw usage(
      `${flag}: ${root} speaks version ${String(theirs)} of the messages between processes and this build version ${PROTOCOL}, ` +
        "so one run can't measure both; run each build by itself and use notif-lab compare",
    );
  return { root, version: typeof version === "string" ? version : "unknown" };
}

/** Where npm has put the version, once. */
async function installed(named: string): Promise<string> {
  const isFile = named.endsWith(".tgz");
  const spec = isFile ? resolve(named) : `${PACKAGE}@${named}`;
  // Neither a range nor a tag: what they mean changes, and what is installed is kept.
  if (!isFile && !/^\d+\.\d+\.\d+([-+][\w.+-]*)?$/.test(named))
    throw usage(`--against-version takes a version such as 0.1.0 or a packed .tgz, not "${named}"`);
  if (isFile && !existsSync(spec)) throw usage(`--against-version: there is no ${named}`);
  const key = isFile ? `${basename(named)}-${hashOf(await readFile(spec))}` : named;
  const folder = join(cacheFolder(), "builds", key);
  const known = packageIn(folder);
  if (known !== undefined) return known;
  // Into a folder of its own first, so that half an installation is never taken for a whole one.
  const making = `${folder}.${process.pid}`;
  await makeFolder(making);
  try {
    process.stderr.write(`installing ${isFile ? named : spec} with npm\n`);
    const options = ["--prefix", making, "--no-audit", "--no-fund", "--ignore-scripts"];
    await promisify(execFile)("npm", ["install", ...options, spec]);
    // Another run may have installed the same meanwhile: what is there is as good.
    await rename(making, folder).catch((error: unknown) => {
      if (packageIn(folder) === undefined) throw error;
    });
  } catch (error) {
    throw usage(`npm can't install ${spec} (${reasonIn(error)})`, error);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  const root = packageIn(folder);
  if (root === undefined) throw usage(`${spec} is no ${PACKAGE}`);
  return root;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 12);
}

/** Of npm's lines the one that says what is wrong. */
function reasonIn(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  const lines = said.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s*/i, "").trim());
  return lines.find((line) => line !== "" && !line.startsWith("code ")) ?? "it does not say why";
}
