import { Argument, Command } from "commander";
import { typedWords } from "../config/config-flags.ts";
import { examples, type FlagsOf, oneOf } from "../flags/declared.ts";
import { lessonWords } from "../flags/known-words.ts";

const declared = () =>
  new Command("workshop")
    .addArgument(
      oneOf(new Argument("[what]", "1 to 8, next, summary or reset; without it, list"), lessonWords),
    )
    .argument("[lesson]", "with reset: one lesson only")
    .description("eight lessons of about 15 minutes: predict, measure on this machine, compare, explain")
    .option("--file <file>", "where your answers and figures are kept (default: notif-lab-workshop.json)")
    .option("--page", "as a page in the browser instead of the terminal")
    .option("--port <n>", "with --page: its port on 127.0.0.1 (default: 0, any free one)")
    .option("--again", "with a lesson: begin it anew, and measure again")
    .option("--answers <file>", "with a lesson: take the answers from a file, one a line; - is stdin")
    .option("--name <name>", "with summary: whose it is")
    .option(
      "--instructor",
      "the page for teachers: plan, expected figures, wrong predictions, questions, pictures",
    )
    .option("--out <file>", "with summary and --instructor: a file instead of stdout")
    .option("--json", "with the list: print what the file has, as JSON")
    .option("--quiet", "no progress while experiments run")
    .addHelpText(
      "after",
      "\nWithout a terminal, answers are read from stdin, one a line. Ctrl-C keeps what is answered; the same lesson goes on there.\n" +
        examples(
          ["workshop", "the lessons, and how far you are"],
          ["workshop 1", "the first lesson"],
          ["workshop next", "the first lesson that is not done"],
          ["workshop --page", "all lessons as a page"],
          ["workshop --instructor --out teacher.html", "to print"],
          ["workshop summary --out mine.md", "what you predicted and saw"],
        ),
    );

export type WorkshopFlags = FlagsOf<typeof declared>;

export const workshop = () =>
  declared().action(async (what, lesson, flags, command) =>
    (await import("../actions/workshop.ts")).workshop(what, lesson, flags, typedWords(command)),
  );
