import { isIP } from "node:net";
import { createAllowed, DEFAULT_ALLOWED, isAllowable } from "../../harness/agents/allowed.ts";
import { type AgentLimits, DEFAULT_LIMITS } from "../../harness/agents/limits.ts";
import { openLine } from "../../harness/agents/line.ts";
import type { SessionTerms } from "../../harness/agents/session.ts";
import { startChild } from "../../harness/agents/start-process.ts";
import type { AgentCommandFlags } from "../commands/agent.ts";
import { readOwn } from "../own/own.ts";
import { usage } from "../process/failure.ts";
import { parseNumber } from "./choices.ts";

/** What the agent is for, by its flags. Impossible ones fail with one line. */
export async function termsOf(flags: AgentCommandFlags): Promise<SessionTerms> {
  const { modules } = await readOwn(flags);
  const serves = flags.serve === undefined ? undefined : flags.serve === true ? "127.0.0.1" : flags.serve;
  if (serves !== undefined && isIP(serves) === 0)
    throw usage(`--serve takes the IP address at which load reaches this machine, not "${serves}"`);
  return {
    limits: limitsOf(flags.limits),
    allowed: createAllowed(allowedOf(flags.allow ?? DEFAULT_ALLOWED)),
    own: modules,
    serves,
    callController: openLine,
    startProcess: startChild,
  };
}

function allowedOf(text: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  const strange = words.find((word) => !isAllowable(word));
  if (strange !== undefined)
    throw usage(
      `--allow takes addresses, ranges such as 10.0.0.0/8, and the words private, loopback and any, with commas between; not "${strange}"`,
    );
  return words;
}

/** `connections=2000,seconds=600`. */
function limitsOf(text: string | undefined): AgentLimits {
  if (text === undefined) return DEFAULT_LIMITS;
  const limits = { ...DEFAULT_LIMITS };
  for (const part of text.split(",")) {
    const [name = "", value = "", ...more] = part.trim().split("=");
    if (!isLimit(name) || more.length > 0)
      throw usage(
        `--limits takes ${Object.keys(DEFAULT_LIMITS).join(", ")} as in connections=2000,seconds=600; not "${part.trim()}"`,
      );
    limits[name] = parseNumber(`--limits ${name}=`, value, { min: 1, max: 1e9, integer: true });
  }
  return limits;
}

function isLimit(name: string): name is keyof AgentLimits {
  return Object.hasOwn(DEFAULT_LIMITS, name);
}
