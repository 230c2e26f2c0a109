import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";
import { pageTransportsFlag } from "../flags/shared-flags.ts";

const declared = () =>
  new Command("browser-limit")
    .description("show how many clients of a transport a page can have open, and what waits beyond that")
    .addOption(pageTransportsFlag("sse, long-polling, websocket"))
    .option("--connections <n>", "clients that the page opens, one after the other (default: 7)")
    .option("--browser <path>", "the Chromium or Chrome (default: CHROME_PATH, or an installed one)")
    .option("--out <file>", "write the findings there as JSON")
    .option("--json", "print them as JSON to stdout, and nothing else")
    .option("--quiet", "no progress")
    .addHelpText(
      "after",
      examples(
        ["browser-limit", "the seventh stream waits; over HTTP/2 it does not"],
        ["browser-limit --transports sse,grpc:web --connections 20"],
      ),
    );

export type BrowserLimitFlags = FlagsOf<typeof declared>;

export const browserLimit = () =>
  declared().action(async (flags) => (await import("../actions/browser-limit.ts")).browserLimit(flags));
