import { freeAgents } from "../../harness/agents/free-agents.ts";
import type { AgentsCommandFlags } from "../commands/agents.ts";
import { natsUrl } from "../flags/agent-flags.ts";

/** Prints who is free. */
export async function agents(flags: AgentsCommandFlags): Promise<void> {
  const free = await freeAgents(natsUrl(flags.nats, "--nats"));
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(free, null, 2)}\n`);
    return;
  }
  if (free.length === 0) {
    process.stdout.write("no agent is free; start one with: notif-lab agent --nats URL\n");
    return;
  }
  const rows = [
    ["agent", "cores", "open files", "notif-lab", "protocol", "Node.js"],
    ...free.map(({ name, cores, openFiles, version, protocol, node }) =>
      [name, cores, openFiles ?? "unlimited", version, protocol, node].map(String),
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
