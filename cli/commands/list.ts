import { Command } from "commander";
import { examples } from "../flags/declared.ts";

export const list = () =>
  new Command("list")
    .description("show transports, variants, what they can do, and scenarios with their parameters")
    .option("--json", "as JSON")
    .addHelpText("after", examples(["list"], ["list --json", "for scripts"]))
    .action(async (flags) => (await import("../actions/list.ts")).list(flags.json === true));
