import type { CompletedCommand, CompletedFlag, Values } from "./description.ts";

/** A script for fish 3. */
export function fishScript(
  commands: readonly CompletedCommand[],
  programFlags: readonly CompletedFlag[],
): string {
  const lines = [
    "complete -c notif-lab -f",
    ...programFlags.map((flag) => flagLine("true", flag)),
    ...commands.flatMap(({ name, about, flags, operands }) => {
      const seen = `__fish_seen_subcommand_from ${name}`;
      return [
        `complete -c notif-lab -n __fish_use_subcommand -a ${name} -d ${literal(about)}`,
        ...operandLines(seen, operands),
        ...flags.map((flag) => flagLine(seen, flag)),
      ];
    }),
  ];
  return `# notif-lab completion for fish; save it as ~/.config/fish/completions/notif-lab.fish\n${lines.join("\n")}\n`;
}

function operandLines(seen: string, operands: Values): string[] {
  if (operands.kind === "none") return [];
  const values = operands.kind === "words" ? `-a ${literal(operands.words.join(" "))}` : "-F";
  return [`complete -c notif-lab -n ${literal(seen)} ${values}`];
}

function flagLine(condition: string, { flag, about, values }: CompletedFlag): string {
  const line = `complete -c notif-lab -n ${literal(condition)} -l ${flag.replace(/^--/, "")} -d ${literal(about)}`;
  if (!values) return line;
  if (values.kind === "files") return `${line} -rF`;
  if (values.kind === "folders") return `${line} -xa '(__fish_complete_directories)'`;
  if (values.kind === "none") return `${line} -x`;
  const words = values.words.join(" ");
  return values.list
    ? `${line} -xa ${literal(`(__fish_complete_list , "printf '%s\\n' ${words}")`)}`
    : `${line} -xa ${literal(words)}`;
}

function literal(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
