import "./workshop.css";
import { find, write } from "../../../reports/html/client/dom.ts";
import { element } from "../../live/client/elements.ts";
import type { PageOrder, PageState } from "../messages.ts";
import { drawnBlock } from "./blocks.ts";
import { answerIn, fields } from "./question.ts";

const part = (id: string) => find(document, `#${id}`, HTMLElement);
const form = find(document, "#question", HTMLFormElement);

let state: PageState | undefined;
let opened = -1;
let drawn = 0;
let asked = "";

/** Settles with whether it was carried out; otherwise the page says why not. */
async function send(order: PageOrder): Promise<boolean> {
  try {
    const answer = await fetch("orders", { method: "POST", body: JSON.stringify(order) });
    write(part("problem"), answer.ok ? "" : await answer.text());
    return answer.ok;
  } catch {
    write(part("problem"), "The workshop has stopped; start it again and continue where you were.");
    return false;
  }
}

function drawLessons({ lessons, lesson, counts }: PageState): void {
  write(part("counts"), counts);
  const key = JSON.stringify([lessons, lesson]);
  const list = part("lessons");
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...lessons.map(({ number, title, state: how }) => {
      const item = element("li");
      const button = element("button", title);
      button.setAttribute("type", "button");
      if (number === lesson) button.setAttribute("aria-current", "step");
      button.addEventListener("click", () => void send({ order: "open", lesson: number, again: false }));
      item.append(button, element("small", how === "not begun" ? "" : how));
      if (how === "done" && number === lesson) {
        const again = element("button", "Begin anew", "again");
        again.setAttribute("type", "button");
        again.addEventListener("click", () => void send({ order: "open", lesson: number, again: true }));
        item.append(again);
      }
      return item;
    }),
  );
}

function drawBlocks(now: PageState): void {
  const blocks = part("blocks");
  if (now.lesson === null) return;
  if (now.opened !== opened) {
    opened = now.opened;
    drawn = 0;
    blocks.replaceChildren();
  }
  for (const block of now.blocks.slice(drawn)) blocks.append(drawnBlock(block, demoButton(block, now)));
  drawn = now.blocks.length;
  const link = blocks.querySelector("a.demo");
  if (link && now.demo !== null) link.setAttribute("href", now.demo);
}

/** Where a lesson names the demo, it can be opened from here. */
function demoButton(block: PageState["blocks"][number], { demo }: PageState): HTMLElement | undefined {
  if (block.kind !== "commands" || !block.list.some(([command]) => command === "notif-lab demo"))
    return undefined;
  const box = element("p");
  const link = element("a", "Open the demo", "demo");
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener");
  if (demo !== null) link.setAttribute("href", demo);
  const button = element("button", "Start the demo");
  button.setAttribute("type", "button");
  button.addEventListener("click", () => {
    button.toggleAttribute("disabled", true);
    void send({ order: "demo" }).then((isThere) => {
      if (isThere) button.remove();
      else button.toggleAttribute("disabled", false);
    });
  });
  box.append(...(demo === null ? [button, " "] : []), link);
  return box;
}

function drawQuestion({ question, opened: times }: PageState): void {
  const key = question ? `${times} ${question.id}` : "";
  if (key === asked) return;
  asked = key;
  form.hidden = question === null;
  form.replaceChildren();
  if (!question) return;
  form.append(...fields(question));
  form.scrollIntoView({ block: "nearest" });
  form.querySelector("input")?.focus({ preventScroll: true });
}

function drawProgress({ progress, problem }: PageState): void {
  part("running").hidden = progress === null;
  if (progress) {
    write(part("progress"), progress.text);
    const bar = part("bar");
    bar.ariaValueNow = String(Math.round(100 * progress.share));
    find(bar, "div", HTMLElement).style.width = `${100 * progress.share}%`;
  }
  if (problem !== null) write(part("problem"), problem);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = state?.question;
  if (question) void send({ order: "answer", id: question.id, text: answerIn(form, question) });
});

const source = new EventSource("state");
source.addEventListener("message", ({ data }) => {
  const now: PageState = JSON.parse(data);
  state = now;
  drawLessons(now);
  drawBlocks(now);
  drawQuestion(now);
  drawProgress(now);
});
source.addEventListener("error", () => {
  write(part("problem"), "The workshop can't be reached: it has ended, or the page will reconnect.");
});
source.addEventListener("open", () => write(part("problem"), ""));
