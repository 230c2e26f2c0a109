import { Argument, Command } from "commander";
import { examples, oneOf } from "../flags/declared.ts";

export const config = () => {
  const command = new Command("config");
  const names = async () => command.parent?.commands.map((one) => one.name()) ?? [];
  return command
    .addArgument(oneOf(new Argument("[command]"), names))
    .argument("[flags...]")
    .description(
      "show a command's flags and where each value comes from: flag, file with its line, or default",
    )
    .option("--json", "as JSON")
    .allowUnknownOption()
    .addHelpText(
      "after",
      examples(
        ["config", "which file is read, and what it sets"],
        ["config bench --rate 50", "every flag of bench, its value and where it comes from"],
      ),
    )
    .action(async (name, words, flags, { parent }) => {
      if (parent)
        await (await import("../actions/config.ts")).config(name, words, flags.json === true, parent);
    });
};
