import { LabError } from "../../../core/errors.ts";

/** What to do about something that Redis answered, or that happened to the connection. */
export interface Verdict {
  /** The connection is of no more use: what was asked is to be asked again on another. */
  readonly again: boolean;
  readonly error: LabError;
}

const ADVICE: Readonly<Record<string, string>> = {
  EPOCH: "Redis has lost what it held",
  NOSCRIPT: "Redis has lost its scripts",
  OOM: "Redis has no memory left (maxmemory); give it more",
  NOPERM: "the Redis user lacks a permission",
  NOAUTH: "Redis wants a password; give it as redis://:password@host",
  WRONGPASS: "Redis refuses the password",
  READONLY: "this Redis is a replica; name the primary",
  LOADING: "Redis is still loading its data",
  MASTERDOWN: "this Redis is a replica without its primary",
  MISCONF: "Redis can't write to its disk",
  NOREPLICAS: "Redis has too few replicas",
};

/** What another connection, or another attempt, may set right. */
const PASSING = new Set(["EPOCH", "NOSCRIPT", "READONLY", "LOADING", "MASTERDOWN"]);

/** An error of the library's as the lab has it. */
export function judge(reason: unknown): Verdict {
  if (reason instanceof LabError) return { again: false, error: reason };
  const message = reason instanceof Error ? reason.message : String(reason);
  const [, word = ""] = /^([A-Z]+) /.exec(message) ?? [];
  // Of a command inside a script Redis 7.0 says it in a sentence.
  const code = message.includes("can't run this command") ? "NOPERM" : word;
  if (code === "") return { again: true, error: unavailable("the connection to Redis is lost", reason) };
  if (code === "EXPIRED") return { again: false, error: unavailable("Redis was too slow; nothing was done") };
  const advice = ADVICE[code];
  const text = advice === undefined ? `Redis answered: ${message}` : `${advice} (${message})`;
  return { again: PASSING.has(code), error: unavailable(text, reason) };
}

export function unavailable(message: string, cause?: unknown): LabError {
  return new LabError("unavailable", message, { cause });
}

/** Why no connection came about. */
export function connectError(reason: unknown): LabError {
  if (reason instanceof LabError) return reason;
  const message = reason instanceof Error ? reason.message : String(reason);
  if (/^[A-Z]+ /.test(message)) return judge(reason).error;
  return unavailable(`Redis can't be reached (${message || "no reason given"})`, reason);
}

/** Whether Redis refused something with this word of a script's. */
export function answered(error: unknown, word: string): boolean {
  const cause = error instanceof LabError ? error.cause : undefined;
  return cause instanceof Error && cause.message.startsWith(`${word} `);
}
