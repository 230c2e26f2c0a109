import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { pageTransportsFlag } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("hidden-tab")
    .description("show which connections survive in a hidden tab, and what their pages miss")
    .addOption(pageTransportsFlag("all"))
    .option("--duration <s>", "seconds that the tab is hidden (default: 150)")
    .option("--browser <path>", "the Chromium or Chrome (default: CHROME_PATH, or an installed one)")
    .option("--out <file>", "write the findings there as JSON")
    .option("--json", "print them as JSON to stdout, and nothing else")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["hidden-tab", "every transport at once, each in a tab of its own"],
        ["hidden-tab --transports sse,websocket --duration 300 --json"],
      ),
    );

export type HiddenTabFlags = FlagsOf<typeof declared>;

export const hiddenTab = () =>
  declared().action(async (flags) => (await import("../actions/hidden-tab.ts")).hiddenTab(flags));
