/** A failure to tell the user in one line that says what to do next, and the exit code: 1 the run failed, 2 usage. */
export class CliFailure extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "CliFailure";
    this.exitCode = exitCode;
  }
}

/** Wrong input: exit code 2. */
export function usage(message: string, cause?: unknown): CliFailure {
  return new CliFailure(2, message, { cause });
}

/** The text of a system error that says enough: `no space left on device`, not `ENOSPC: ..., write`. */
export function systemReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(text)?.[1] ?? text;
}
