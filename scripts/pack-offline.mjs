// Packs notif-lab together with what it depends on, so that machines without a network can install it: one file for a class room.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const target = resolve(process.argv[2] ?? ".");
const work = mkdtempSync(join(tmpdir(), "notif-lab-pack-"));
const npm = (cwd, ...words) =>
  execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
const packed = (folder) =>
  npm(folder, "pack", "--silent", "--ignore-scripts", "--pack-destination", work).trim();
try {
  const plain = join(work, packed("."));
  const installed = join(work, "installed");
  cpSync("package-lock.json", join(installed, "package-lock.json"));
  cpSync("package.json", join(installed, "package.json"));
  // The versions of the lock file, and neither what development needs nor the optional peers.
  npm(installed, "ci", "--omit=dev", "--omit=peer", "--ignore-scripts", "--no-audit", "--no-fund");
  execFileSync("tar", ["-xzf", plain, "-C", work]);
  const root = join(work, "package");
  renameSync(join(installed, "node_modules"), join(root, "node_modules"));
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { scripts: _, devDependencies: __, ...rest } = manifest;
  const bundled = { ...rest, bundleDependencies: Object.keys(manifest.dependencies) };
  writeFileSync(join(root, "package.json"), `${JSON.stringify(bundled, null, 2)}\n`);
  const name = packed(root);
  const file = join(target, name.replace(/\.tgz$/, "-offline.tgz"));
  cpSync(join(work, name), file);
  console.log(`${file}: ${readdirSync(join(root, "node_modules")).length} packages beside notif-lab`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
