/*
 * npm run try:runtimes -- [bun,deno] [websocket,sse]: the service on each transport under each runtime, tried from outside by the lab's clients
 * on Node.js. Prints a table in Markdown: what serves, and what fails with which words. Exit code 1 only where Node.js itself fails.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { RUNTIMES, type Runtime } from "../../harness/processes/runtime-names.ts";
import { programOf } from "../../harness/processes/runtimes.ts";
import type { TransportEntry } from "../../transports/port/entry.ts";
import { findTransport, installedHere, transports } from "../../transports/registry.ts";
import { jwtIssuer } from "../../transports/session/jwt.ts";
import { checkFromOutside } from "./checks.ts";
import { serveOn } from "./served.ts";

const [wanted = "node,bun,deno", names] = process.argv.slice(2);
const runtimes = RUNTIMES.filter((one) => wanted.split(",").includes(one));
const chosen: readonly TransportEntry[] = names
  ? names.split(",").map((name) => {
      const found = findTransport(name);
      if (!found) throw new Error(`no transport ${name}`);
      return found;
    })
  : [...transports, ...(await installedHere())].filter(({ supports }) => supports.network);

/** "serves", or what went wrong first. */
async function outcomeOf(runtime: Runtime, transport: TransportEntry): Promise<string> {
  const secret = randomBytes(32).toString("hex");
  const issue = jwtIssuer(secret);
  try {
    const served = await serveOn(runtime, transport.name, secret);
    try {
      const stage = {
        transport,
        endpoint: served.endpoint,
        issue: (user: string, ms = 60_000) => issue(user, ms),
      };
      await Promise.race([checkFromOutside(stage), served.died]);
      await served.stop();
    } finally {
      served.kill();
    }
    return "serves";
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0] ?? "";
  }
}

const versions = runtimes.map((runtime) => {
  const program = programOf(runtime);
  const said = program && spawnSync(program, ["--version"], { encoding: "utf8" }).stdout;
  return `${runtime} ${/\d+\.\d+\.\d+/.exec(said ?? "")?.[0] ?? "(not installed)"}`;
});
const row = (cells: readonly string[]) => process.stdout.write(`| ${cells.join(" | ")} |\n`);
row(["transport", ...versions]);
row(["---", ...versions.map(() => "---")]);
for (const transport of chosen) {
  const outcomes: string[] = [];
  for (const runtime of runtimes) {
    const outcome = await outcomeOf(runtime, transport);
    if (runtime === "node" && outcome !== "serves") process.exitCode = 1;
    outcomes.push(outcome.replaceAll("|", "/"));
  }
  row([`\`${transport.name}\``, ...outcomes]);
}
process.exit();
