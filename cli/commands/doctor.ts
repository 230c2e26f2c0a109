import { Command } from "commander";
import { examples } from "../flags/declared.ts";

export const doctor = () =>
  new Command("doctor")
    .description("check this machine: cores, memory, file limits, ports, clock, libraries")
    .option("--json", "as JSON")
    .addHelpText("after", examples(["doctor"]))
    .action(async (flags) => (await import("../actions/doctor.ts")).doctor(flags.json === true));
