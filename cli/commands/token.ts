import { Command } from "commander";
import { examples } from "../flags/declared.ts";

export const token = () =>
  new Command("token")
    .argument("<user>")
    .description("print a token for a user of a server that was started with the same NOTIF_LAB_SECRET")
    .option("--minutes <n>", "how long it is valid (default: 60)")
    .addHelpText(
      "after",
      examples(["token bob --minutes 5", "for a server started with the same NOTIF_LAB_SECRET"]),
    )
    .action(async (user, flags) => (await import("../actions/token.ts")).token(user, flags.minutes));
