import { Command } from "commander";
import { examples } from "../flags/declared.ts";

export const init = () =>
  new Command("init")
    .argument("[file]")
    .description("write a commented scenario file to start from (default: my-scenario.yaml)")
    .option("--force", "overwrite the file")
    .addHelpText("after", examples(["init", "writes my-scenario.yaml"], ["init chat-at-noon.yaml"]))
    .action(async (file = "my-scenario.yaml", flags) =>
      (await import("../actions/init.ts")).init(file, flags.force === true),
    );
