import { freeAgents } from "../../harness/agents/free-agents.ts";
import type { AgentsCommandFlags } from "../commands/agents.ts";
import { natsAccess } from "../flags/nats-flags.ts";

/** Prints who is free. */
export async function agents(flags: AgentsCommandFlags): Promise<void> {
  const free = await freeAgents(natsAccess(flags, "--nats"));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(free, null, 2)}\n`);
    return;
  }
  if (free.length === 0) {
    process.stdout.write("no agent is free; start one with: notif-lab agent --nats URL\n");
    return;
  }
  const rows = [
    ["agent", "for", "cores", "open files", "notif-lab", "protocol", "Node.js", "clock known to", "kept by"],
    ...free.map(({ name, serves, cores, openFiles, version, protocol, node, clockBoundUs, clockSync }) =>
      [
        name,
        serves === undefined ? "load" : `server at ${serves}`,
        cores,
        openFiles ?? "unlimited",
        version,
        protocol,
        node,
        clockBoundUs === undefined ? "no answer" : `+- ${clockBoundUs.toFixed(0)} us`,
        clockSync,
      ].map((cell) => printable(String(cell))),
    ),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd()}\n`,
    );
}

/** Whoever is in the NATS may have written it: it moves no cursor of a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
