import { type Answer, answerText } from "../../workshop/asked.ts";
import type { Block } from "../../workshop/block.ts";
import { journeyPicture, journeyTitle, messagesIn } from "../../workshop/journey-picture.ts";
import type { Question } from "../../workshop/question.ts";
import type { Face } from "../../workshop/run-lesson.ts";
import { WrongAnswer } from "../../workshop/wrong-answer.ts";
import { Interrupted } from "./interrupted.ts";
import type { PageBlock, PageQuestion } from "./messages.ts";

/** What a lesson has shown so far and what it waits for, for pages that come and go. */
export interface PageFace extends Face {
  readonly blocks: readonly PageBlock[];
  readonly question: PageQuestion | null;
  /** Why the answer is none; undefined when it was taken. */
  answer(id: string, text: string): string | undefined;
}

/** A face that waits for a page's answer. What it asks rejects with Interrupted when the signal aborts. */
export function pageFace(signal: AbortSignal): PageFace {
  const blocks: PageBlock[] = [];
  let asked: { readonly question: Question; readonly take: (answer: Answer) => void } | undefined;
  return {
    blocks,
    get question() {
      if (!asked) return null;
      // How to type an answer says nothing to who clicks.
      const { read: _read, hint: _hint, ...shown } = asked.question;
      return shown;
    },
    show: (...more) => void blocks.push(...more.map(onPage)),
    ask: (question) =>
      new Promise((resolve, reject) => {
        const leave = () => reject(new Interrupted());
        if (signal.aborted) return leave();
        signal.addEventListener("abort", leave, { once: true });
        asked = {
          question,
          take: (answer) => {
            asked = undefined;
            signal.removeEventListener("abort", leave);
            blocks.push({ kind: "text", text: saidText(question, answer) });
            resolve(answer);
          },
        };
      }),
    answer: (id, text) => {
      if (asked?.question.id !== id) return "this question is not asked any more";
      try {
        asked.take(asked.question.read(text));
        return undefined;
      } catch (error) {
        if (error instanceof WrongAnswer) return error.message;
        throw error;
      }
    },
  };
}

function onPage(block: Block): PageBlock {
  if (block.kind !== "journey") return block;
  const { journey } = block;
  return {
    kind: "picture",
    title: journeyTitle(journey),
    says: messagesIn(journey).join("; "),
    markup: journeyPicture(journey).markup,
  };
}

function saidText({ asks, unit }: Question, answer: Answer): string {
  return answer === null ? `${asks} You skipped this.` : `${asks} You said: ${answerText(answer, unit)}.`;
}
