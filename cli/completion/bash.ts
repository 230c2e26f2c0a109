import type { CompletedCommand, CompletedFlag, Values } from "./description.ts";

/** A script for bash 3.2 and later, which macOS still has; it needs nothing of the bash-completion package. */
export function bashScript(
  commands: readonly CompletedCommand[],
  programFlags: readonly CompletedFlag[],
): string {
  const cases = commands.map(({ name, flags, operands }) => {
    const valued = flags.filter(({ values }) => values);
    return [
      `    ${name})`,
      `      flags=${quoted([...flags, ...programFlags].map(({ flag }) => flag))}`,
      '      case "$previous" in',
      ...valued.map(({ flag, values }) => `        ${flag}) ${filled(values)} ;;`),
      `        *) ${filled(operands)} ;;`,
      "      esac ;;",
    ].join("\n");
  });
  return `# notif-lab completion for bash; load it with: source <(notif-lab completion bash)
_notif_lab() {
  local line="\${COMP_LINE:0:$COMP_POINT}" word current previous command="" flags="" kind="none" words=""
  local -a typed=()
  # Split here and not by readline, which also splits at the colon of websocket:deflate.
  read -ra typed <<< "$line"
  [[ "$line" == *[[:space:]] ]] && typed+=("")
  current="\${typed[\${#typed[@]}-1]}"
  previous="\${typed[\${#typed[@]}-2]}"
  if [[ "$current" == --*=* ]]; then
    previous="\${current%%=*}"
    current="\${current#*=}"
  fi
  for word in "\${typed[@]:1:\${#typed[@]}-2}"; do
    case "$word" in
      ${commands.map(({ name }) => name).join("|")}) command="$word"; break ;;
    esac
  done
  case "$command" in
${cases.join("\n")}
    *)
      flags=${quoted(programFlags.map(({ flag }) => flag))}
      case "$previous" in
${programFlags.flatMap(({ flag, values }) => (values ? [`        ${flag}) ${filled(values)} ;;\n`] : [])).join("")}        *) kind="words"; words=${quoted(commands.map(({ name }) => name))} ;;
      esac ;;
  esac
  COMPREPLY=()
  if [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
    return
  fi
  local before=""
  case "$kind" in
    list)
      [[ "$current" == *,* ]] && before="\${current%,*},"
      COMPREPLY=($(compgen -P "$before" -W "$words" -- "\${current#"$before"}"))
      compopt -o nospace 2>/dev/null ;;
    words)
      COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current") ;;
    folders)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current") ;;
  esac
  # Readline replaces only what follows the last colon or equals sign.
  local kept="\${current%"\${current##*[:=]}"}"
  if [[ -n "$kept" ]]; then COMPREPLY=("\${COMPREPLY[@]#"$kept"}"); fi
}
complete -F _notif_lab notif-lab
`;
}

function filled(values: Values | undefined): string {
  if (values?.kind !== "words") return `kind="${values?.kind ?? "none"}"`;
  return `kind="${values.list ? "list" : "words"}"; words=${quoted(values.words)}`;
}

function quoted(words: readonly string[]): string {
  return `"${words.join(" ")}"`;
}
