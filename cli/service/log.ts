export const LOG_FORMATS = ["text", "json", "off"] as const;
export const LOG_LEVELS = ["error", "warn", "info"] as const;

type Level = (typeof LOG_LEVELS)[number];

/** What a line is about; lines of one kind are bounded together. */
export type LogKind =
  | "start"
  | "listening"
  | "refused"
  | "internal-error"
  | "slow-subscriber"
  | "backplane"
  | "drain"
  | "died"
  | "end";

export interface Log {
  /** Writes one line to stderr, unless its kind has had its share of this minute. `facts` are numbers and short words; never a token or a body. */
  write(
    level: Level,
    kind: LogKind,
    message: string,
    facts?: Readonly<Record<string, string | number>>,
  ): void;
}

/** Lines of one kind that a minute brings at most: whoever provokes them must not fill a disk. */
const LINES_A_MINUTE = 20;
const MAX_CHARACTERS = 2_000;

interface LogOptions {
  readonly format: (typeof LOG_FORMATS)[number];
  /** Lines of lesser weight are left out. */
  readonly level: Level;
}

type Write = (
  level: Level,
  kind: LogKind,
  message: string,
  facts: Readonly<Record<string, string | number>>,
) => void;

/** The library for JSON is loaded only where that is asked for. */
export async function openLog({ format, level }: LogOptions): Promise<Log> {
  if (format === "off") return { write: () => undefined };
  const write = format === "json" ? await jsonLines() : textLines;
  const most = LOG_LEVELS.indexOf(level);
  const counts = new Map<LogKind, { minute: number; lines: number }>();
  return {
    write: (weight, kind, message, facts = {}) => {
      if (LOG_LEVELS.indexOf(weight) > most) return;
      const minute = Math.floor(performance.now() / 60_000);
      const count = counts.get(kind) ?? { minute, lines: 0 };
      counts.set(kind, count);
      const suppressed = count.minute === minute ? 0 : Math.max(0, count.lines - LINES_A_MINUTE);
      if (count.minute !== minute) Object.assign(count, { minute, lines: 0 });
      count.lines += 1;
      if (count.lines > LINES_A_MINUTE) return;
      write(weight, kind, withoutSecrets(message), suppressed > 0 ? { ...facts, suppressed } : facts);
    },
  };
}

/** Takes out what looks like a token, a password in an address, or the value of such a header. */
export function withoutSecrets(text: string): string {
  return text
    .slice(0, MAX_CHARACTERS)
    .replace(/\beyJ[\w-]*\.[\w-]*\.?[\w-]*/g, "[token]")
    .replace(/(access_token=|\bbearer\s+)[^\s"'&]+/gi, "$1[token]")
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*@/gi, "$1[password]@");
}

const textLines: Write = (_, __, message, { suppressed }) => {
  const more = suppressed === undefined ? "" : ` (${suppressed} more like it in the minute before)`;
  process.stderr.write(`notif-lab: ${message}${more}\n`);
};

async function jsonLines(): Promise<Write> {
  const { pino } = await import("pino");
  const lines = pino(
    {
      base: { name: "notif-lab", pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    // What is said last must be out before the process ends.
    pino.destination({ dest: 2, sync: true }),
  );
  return (level, kind, message, facts) => lines[level]({ kind, ...facts }, message);
}
