import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { LabError } from "../../core/errors.ts";
import { inTheClear } from "../../transports/port/tls.ts";
import { transportBehind } from "../result/control-name.ts";
import type { TransportRef } from "../run/transports.ts";

const MOST_FILES = 10_000;

/**
 * What the files of an own transport are: of a module in a package below node_modules all files of the package but those of its own dependencies, with
 * the package's name and version, which are in its package.json; of any other module the file itself. `module` is a file URL.
 */
export function filesHashOf(module: string): string {
  const url = new URL(module);
  url.hash = "";
  const file = fileURLToPath(url);
  const root = packageOf(file);
  const files = root === undefined ? [file] : filesIn(root);
  const hash = createHash("sha256");
  for (const one of files) {
    hash.update(`${root === undefined ? "" : relative(root, one).split(sep).join("/")}\0`);
    hash.update(createHash("sha256").update(readFileSync(one)).digest());
  }
  return hash.digest("hex");
}

/** The folder of the package below node_modules that the file is in. */
function packageOf(file: string): string | undefined {
  if (!file.split(sep).includes("node_modules")) return undefined;
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
  return folder;
}

function filesIn(root: string): string[] {
  const files: string[] = [];
  const visit = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules") visit(path);
      else if (entry.isFile()) files.push(path);
      if (files.length > MOST_FILES)
        throw new LabError("unsupported", `${root} has more than ${MOST_FILES} files`);
    }
  };
  visit(root);
  return files.sort();
}

/** The transport as an agent is told of it: never where its code is, but what it is. Throws `unsupported` for another build's. */
export function asToldToAgents({ name, module, build, runtime }: TransportRef): TransportRef {
  if (runtime !== undefined)
    throw new LabError("unsupported", `agents run servers on Node.js only, not on ${runtime}`);
  if (build !== undefined) throw new LabError("unsupported", "agents can't run another build's transports");
  return { name, ...(module === undefined ? {} : { filesHash: filesHashOf(module) }) };
}

/** The transport as this agent has it: a built-in one, or one of its own whose files are the same. Throws `forbidden` with one line. */
export function asInstalledHere(
  { name, filesHash }: TransportRef,
  own: ReadonlyMap<string, string>,
): TransportRef {
  if (filesHash === undefined) return { name };
  const known = transportBehind(name);
  const plain = inTheClear(known) ?? known;
  const module = own.get(plain);
  if (module === undefined)
    throw new LabError(
      "forbidden",
      `this agent has no transport ${plain} of its own; install it there and start the agent with --transport-module`,
    );
  const here = filesHashOf(module);
  if (here !== filesHash)
    throw new LabError(
      "forbidden",
      `the files of ${plain} are others here (${here.slice(0, 12)}) than at the controller (${filesHash.slice(0, 12)}); install the same version on both`,
    );
  return { name, module };
}
