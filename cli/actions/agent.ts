import { runAgent } from "../../harness/agents/agent.ts";
import { connectNats } from "../../harness/agents/nats.ts";
import type { AgentCommandFlags } from "../commands/agent.ts";
import { termsOf } from "../flags/agent-terms.ts";
import { agentName, natsAccess } from "../flags/nats-flags.ts";
import { onInterruption } from "../process/interruption.ts";

/** Runs an agent until Ctrl-C or SIGTERM, which end it with 130. */
export async function agent(flags: AgentCommandFlags): Promise<void> {
  const access = natsAccess(flags, "--nats");
  const name = agentName(flags.name, "--name");
  const terms = await termsOf(flags);
  const { signal, dispose } = onInterruption();
  try {
    const onEvent = (line: string) => process.stdout.write(`${line}\n`);
    const bus = await connectNats(access, `notif-lab agent${name === undefined ? "" : ` ${name}`}`);
    await runAgent({ bus, name, terms, onEvent }, signal);
  } finally {
    dispose();
  }
  process.exitCode = 130;
}
