import { Argument, Command } from "commander";
import { examples, type FlagsOf, listOf } from "../flags/declared.ts";
import { networkedNames } from "../flags/known-words.ts";

const declared = () =>
  new Command("explain")
    .addArgument(listOf(new Argument("[wires]"), async () => ["all", ...(await networkedNames())]))
    .description(
      "one notification's journey on each wire, recorded and shown byte by byte (default: one of each protocol)",
    )
    .option("--body <text>", "the notification's text (default: Deploy finished)")
    .option("--ascii", "no line drawing and no other characters beyond ASCII")
    .option("--json", "the whole records as JSON")
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
  declared().action(async (wires, flags) => (await import("../actions/explain.ts")).explain(wires, flags));
