// Builds dist/, unless it was built of the same sources already: `npm ci`, `npm test` and the benches all build first.
// With --ask it builds nothing, and ends with 1 where it would have.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [
  "claims",
  "workshop",
  "core",
  "transports",
  "scenarios",
  "harness",
  "reports",
  "cli",
  "bench",
  "web",
];
const STAMP = "dist/.built";
const isTest = (name) => /\.test(-fixture)?\.[a-z]+$/.test(name);

/** Stands for everything that the build reads: names and contents. */
function fingerprint() {
  const hash = createHash("sha256");
  const add = (file) => {
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  };
  const own = readdirSync(".").filter((name) => /^(package(-lock)?|tsconfig.*)\.json$/.test(name));
  for (const file of [...own.sort(), "scripts/build.mjs"]) add(file);
  for (const folder of FOLDERS)
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })
      .map((one) => ({ file: join(one.parentPath, one.name), isFile: one.isFile() }))
      .sort((one, other) => (one.file < other.file ? -1 : 1)))
      if (entry.isFile && !isTest(entry.file)) add(entry.file);
  return hash.digest("hex");
}

const now = fingerprint();
if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === now) process.exit(0);
if (process.argv.includes("--ask")) process.exit(1);
rmSync(STAMP, { force: true });
execFileSync("npm", ["run", "build:whole"], { stdio: "inherit" });
writeFileSync(STAMP, now);
