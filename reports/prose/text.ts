// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is its purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** The text on one line: runs of control characters, line ends and direction marks become one space. */
export function plain(text: string): string {
  return text.replace(UNPRINTABLE, " ").trim();
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** With a large first letter, as at the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 block", "2 blocks", "1,000 blocks". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** What a run's figures are replicated by: launches of slices, or blocks of trials in one piece. */
export type Replicate = "launch" | "block";

/** Several of them. */
export function replicates(replicate: Replicate): "launches" | "blocks" {
  return replicate === "launch" ? "launches" : "blocks";
}

/** "1 launch", "4 launches". */
export function countedReplicates(count: number, replicate: Replicate): string {
  return counted(count, replicate, replicates(replicate));
}

/** The words in lines of at most `width` characters, all but the first indented; a longer word keeps a line of its own. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
