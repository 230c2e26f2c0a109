import { Argument, Command } from "commander";
import { examples, type FlagsOf, listOf } from "../flags/declared.ts";
import { networkedNames } from "../flags/known-words.ts";

const declared = () =>
  new Command("explain")
    .addArgument(listOf(new Argument("[transports]"), async () => ["all", ...(await networkedNames())]))
    .description(
      "record one notification on each transport and show it byte by byte (default: one of each protocol)",
    )
    .option("--body <text>", "the notification's text (default: Deploy finished)")
    .option("--ascii", "ASCII characters only")
    .option("--json", "the complete records as JSON")
    .addHelpText(
      "after",
      examples(
        ["explain sse", "one notification's journey, byte by byte"],
        ["explain websocket,websocket:deflate --body 'Build 1234 is green'"],
        ["explain all --json", "for scripts"],
      ),
    );

export type ExplainFlags = FlagsOf<typeof declared>;

export const explain = () =>
  declared().action(async (transports, flags) =>
    (await import("../actions/explain.ts")).explain(transports, flags),
  );
