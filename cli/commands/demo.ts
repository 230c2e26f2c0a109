import { Command } from "commander";
import { examples, type FlagsOf } from "../flags/declared.ts";

const declared = () =>
  new Command("demo")
    .description("show the transports side by side in a page, to send, cut, slow and restart")
    .option("--port <n>", "port of the page on 127.0.0.1 (default: 0, any free one)")
    .option("--json", "print one JSON line with the page's address and each transport's")
    .option("--debug", "print the stack of each error, internal errors included")
    .addHelpText(
      "after",
      "\nThe page and all servers are on 127.0.0.1 and need no network. Ctrl-C ends them all.\n" +
        examples(["demo", "then open the address in a browser"], ["demo --port 8080"]),
    );

export type DemoFlags = FlagsOf<typeof declared>;

export const demo = () =>
  declared().action(async (flags) => (await import("../actions/demo.ts")).demo(flags));
