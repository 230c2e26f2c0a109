import { Argument, Command } from "commander";
import { examples } from "../flags/declared.ts";

export const completion = () =>
  new Command("completion")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .description("print a completion script for bash, zsh or fish")
    .addHelpText(
      "after",
      examples(
        ["completion bash", "try it: source <(notif-lab completion bash)"],
        ["completion zsh", "save it as _notif-lab in a folder of $fpath"],
        ["completion fish", "save it in ~/.config/fish/completions/notif-lab.fish"],
      ),
    )
    .action(async (shell, _flags, { parent }) => {
      if (parent) await (await import("../actions/completion.ts")).completion(shell, parent);
    });
