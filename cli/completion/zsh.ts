import type { CompletedCommand, CompletedFlag, Values } from "./description.ts";

/** A script that zsh loads as the file `_notif-lab` of its $fpath, or from `source <(notif-lab completion zsh)`. */
export function zshScript(
  commands: readonly CompletedCommand[],
  programFlags: readonly CompletedFlag[],
): string {
  const cases = commands.map(({ name, flags, operands }) => {
    const all = [...flags, ...programFlags];
    return [
      `    ${name})`,
      `      _arguments -s -S -A '-*' ${all.map(specOf).join(" ")} '*: :${actionOf(operands)}' ;;`,
    ].join("\n");
  });
  return `#compdef notif-lab
_notif_lab() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C ${programFlags.map(specOf).join(" ")} '1:command:->command' '*:: :->rest' && return
  case "$state" in
    command)
      local -a known=(
${commands.map(({ name, about }) => `        ${literal(`${name}:${about}`)}`).join("\n")}
      )
      _describe -t commands command known ;;
    rest)
      case "$words[1]" in
${cases.join("\n").replace(/^/gm, "  ")}
      esac ;;
  esac
}
if [[ "$funcstack[1]" == _notif-lab ]]; then _notif_lab "$@"; else compdef _notif_lab notif-lab; fi
`;
}

function specOf({ flag, about, values }: CompletedFlag): string {
  const text = about.replace(/[[\]\\:]/g, (one) => `\\${one}`);
  if (!values) return literal(`*${flag}[${text}]`);
  return literal(`*${flag}=[${text}]: :${actionOf(values)}`);
}

function actionOf(values: Values): string {
  if (values.kind === "files") return "_files";
  if (values.kind === "folders") return "_files -/";
  if (values.kind === "none") return " ";
  const words = values.words.map((word) => word.replaceAll(":", "\\:")).join(" ");
  return values.list ? `_sequence -s , compadd - ${words}` : `(${words})`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
