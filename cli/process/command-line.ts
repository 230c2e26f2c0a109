/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** This command as one would type it; `words` are those that come from a file. */
export function commandLine(words: readonly string[]): string {
  return ["npx notif-lab", ...[...process.argv.slice(2), ...words].map(shellWord)].join(" ");
}
