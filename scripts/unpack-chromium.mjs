// Unpacks the Chromium of @sparticuz/chromium with its libraries and font into a folder, and prints the program's path.
// A process of its own, because the package takes folder and extent from the environment.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder = ""] = process.argv.slice(2);
// Whoever asked holds the other end of stdin: when it is gone, however that came, so is what was begun.
process.stdin.resume();
process.stdin.unref?.();
process.stdin.on("end", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});
process.env.TMPDIR = folder;
// The package unpacks its shared libraries only where it believes itself in AWS Lambda.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs20.x";
const { default: chromium } = await import("@sparticuz/chromium");
const path = await chromium.executablePath();
// The package's own file names /tmp/fonts.
const font = join(folder, "fonts");
writeFileSync(
  join(font, "fonts.conf"),
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>${font}</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`,
);
process.stdout.write(path);
