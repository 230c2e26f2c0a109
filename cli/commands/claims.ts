import { Argument, Command } from "commander";
import { typedWords } from "../config/config-flags.ts";
import { examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import { claimNames } from "../flags/known-words.ts";

const declared = () =>
  new Command("claims")
    .addArgument(oneOf(new Argument("[what]", "run or show; without it, list"), async () => ["run", "show"]))
    .addArgument(oneOf(new Argument("[claims...]", "their names"), claimNames))
    .description("list what guides say about transports, and try it on this machine")
    .option("--all", "with run or show: every claim; a run takes about an hour, with --quick about 10 min")
    .option(
      "--quick",
      "with run: fewer connections, blocks and places; without names every claim, in about 10 min",
    )
    .option("--again", "with run: measure again what is kept from earlier runs")
    .option("--out <dir>", "folder for experiments, verdicts and the page (default: notif-lab-claims)")
    .option("--json", "print the claims or the verdicts as JSON to stdout, and nothing else")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["claims", "every sentence with its source"],
        ["claims show seed-latency", "what it would have to mean, and how it is tried"],
        ["claims run seed-bandwidth --quick", "about a minute"],
        ["claims run --quick", "every claim; Ctrl-C and the same again goes on"],
      ),
    );

export type ClaimsFlags = Partial<FlagsOf<typeof declared>>;

export const claims = () =>
  declared().action(async (what, names, flags, command) =>
    (await import("../actions/claims.ts")).claims(what, names, flags, typedWords(command)),
  );
