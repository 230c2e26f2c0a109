// Runs the named npm scripts side by side, and shows what each has said when it has ended. Fails when one of them does.
import { spawn } from "node:child_process";
import { once } from "node:events";

async function run(name) {
  const child = spawn("npm", ["run", "--silent", name], { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(chunk));
  const [code] = await once(child, "close");
  process.stdout.write(`${code === 0 ? "passed" : "FAILED"} ${name}\n${Buffer.concat(said)}`);
  return code === 0;
}

const passed = await Promise.all(process.argv.slice(2).map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
