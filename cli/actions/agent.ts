import { runAgent } from "../../harness/agents/agent.ts";
import type { AgentCommandFlags } from "../commands/agent.ts";
import { agentName, natsUrl } from "../flags/agent-flags.ts";
import { onInterruption } from "../process/interruption.ts";

/** Runs an agent until Ctrl-C or SIGTERM, which end it with 130. */
export async function agent(flags: AgentCommandFlags): Promise<void> {
  const url = natsUrl(flags.nats, "--nats");
  const name = agentName(flags.name);
  const { signal, dispose } = onInterruption();
  try {
    const onEvent = (line: string) => process.stdout.write(`${line}\n`);
    await runAgent({ url, name, onEvent }, signal);
  } finally {
    dispose();
  }
  process.exitCode = 130;
}
