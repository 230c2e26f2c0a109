import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, onTestFinished, test } from "vitest";
import { main } from "./process.test-fixture.ts";

/** What somebody who has nothing but a transport's page would paste, and with what. */
interface Walk {
  readonly page: string;
  readonly by: "shell" | "python";
  /** Where the page says "against `serve ...`": another variant than its first lines start. */
  readonly variant?: string;
  readonly before?: string;
  /** Ends with 0 where the clients that the page names are installed. */
  readonly needs: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const protoc = `protoc -I ${root}transports/grpc --python_out=. messages.proto`;

const curl = "curl --help all | grep -q -e --json";
const python = (...modules: string[]) => `python3 -c 'import json, ${modules.join(", ")}'`;

const WALKS: readonly Walk[] = [
  { page: "sse", by: "shell", needs: curl },
  { page: "sse", by: "python", needs: python("sys") },
  { page: "long-polling", by: "shell", needs: curl },
  { page: "long-polling", by: "python", needs: python("sys") },
  { page: "polling", by: "shell", needs: curl },
  { page: "fetch-stream", by: "shell", needs: curl },
  { page: "tcp", by: "python", needs: python("sys") },
  { page: "websocket", by: "python", needs: python("websockets") },
  { page: "socketio", by: "python", needs: python("socketio", "websocket") },
  { page: "socketio", by: "shell", variant: "socketio:polling", needs: curl },
  {
    page: "grpc",
    by: "python",
    before: protoc,
    needs: `command -v protoc && ${python("grpc", "google.protobuf")}`,
  },
  { page: "mqtt", by: "shell", needs: "command -v mosquitto_sub mosquitto_pub mosquitto_rr" },
];

/** Debian's Python has Debian's clients. */
const env = { ...process.env, PATH: `/usr/bin:${process.env.PATH ?? ""}` };

/** On CI all are installed, and one that is missing must not pass unseen. */
const isHere = ({ needs }: Walk): boolean =>
  process.env.CI === "true" || spawnSync("sh", ["-c", needs], { env }).status === 0;

/** The blocks of the section that leads to a receipt, by language, without the indent of a list. */
function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(root, "docs/transports", `${page}.md`), "utf8");
  const section =
    /^## From (?:this page|nothing) to a (?:read )?receipt[\s\S]*?(?=^## )/m.exec(text)?.[0] ?? "";
  return [...section.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)]
    .filter((block) => block[2] === language)
    .map(([, indent = "", , code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

/** A command that holds its terminal goes to the background, since there is only one here, and has the time that one takes to go to another. */
const inOneTerminal = (code: string): string =>
  code.replaceAll(/^((?:npx notif-lab serve|mosquitto_sub) [^&\n]*)&?$/gm, "$1 & sleep 2");

/** The id that a page shows is told to be replaced by the one that was printed. */
const withPrintedId = (code: string): string => {
  const shown = /-m '.*"id":"([^"$\\]+)"/.exec(code)?.[1];
  if (shown === undefined) return code;
  const printed = `sleep 1; ID=$(grep -o '"id":"[^"]*' said.txt | head -1 | cut -c7-)\n`;
  return printed + code.replaceAll(shown, `'"$ID"'`);
};

/** The page's commands in their order, on a port that is free. */
function scriptOf({ page, by, variant, before = "" }: Walk, port: number): string {
  const [start = "", ...rest] = blocksOf(page, "sh");
  const isStarted = start.includes("notif-lab serve");
  const server = isStarted ? start : `${start}\n${rest.shift() ?? ""}`;
  const serving = variant === undefined ? server : server.replace(`serve ${page} `, `serve ${variant} `);
  const told = by === "python" ? ['python3 receipt.py "$ANN" "$BOB"'] : rest;
  const wait = `until (: <>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; do sleep 0.1; done`;
  const steps = [inOneTerminal(serving), wait, before, ...told.map(inOneTerminal).map(withPrintedId)];
  return steps.join("\n").replaceAll(/\b(8080|1884)\b/g, String(port));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** What the commands print, in a folder where `npx notif-lab` is this build. */
async function walk(one: Walk): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "receipt-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const script = scriptOf(one, port);
  writeFileSync(join(folder, "npx"), `#!/bin/sh\nshift\nexec ${process.execPath} ${main} "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(
    join(folder, "receipt.py"),
    blocksOf(one.page, "python").join("\n").replaceAll("8080", String(port)),
  );
  const child = spawn("bash", ["-c", `exec >said.txt 2>&1\n${script}\nsleep 1`], {
    cwd: folder,
    detached: true,
    stdio: "ignore",
    env: { ...env, PATH: `${folder}:${env.PATH}` },
  });
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  const late = setTimeout(stop, 60_000);
  await new Promise((settle) => child.once("exit", settle));
  clearTimeout(late);
  // The server, and what listens in the background.
  try {
    stop();
  } catch {
    // Nobody is left.
  }
  return readFileSync(join(folder, "said.txt"), "utf8");
}

describe("from a transport's page to a read receipt", () => {
  for (const one of WALKS)
    test
      .skipIf(!isHere(one))
      .concurrent(`${one.page}, by ${one.by}`, { tags: ["full"], timeout: 90_000 }, async () => {
        const said = await walk(one);
        // As JSON, as Python prints a dictionary, and as protobuf's text.
        const of = /['"]?receipt['"]?[\s\S]*?\bof['"]?: ?['"]([\w-]+)['"]/.exec(said)?.[1];
        assert.match(said, new RegExp(`\\bid['"]?: ?['"]${of ?? "nothing was read"}['"]`));
      });
});
