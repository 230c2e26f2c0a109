import { element } from "../../live/client/elements.ts";
import type { PageQuestion } from "../messages.ts";

const MOST_WEIGHT = "10";

function input(attributes: Readonly<Record<string, string>>): HTMLElement {
  const made = element("input");
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function labelled(control: HTMLElement, name: string, about = ""): HTMLElement {
  const label = element("label");
  label.append(control, " ", element("span", name));
  if (about !== "") label.append(" ", element("small", about));
  return label;
}

/** How to skip it, where an empty answer does. */
const SKIPPING: Partial<Readonly<Record<PageQuestion["kind"], string>>> = {
  number: "Leave it empty to skip this question for good.",
  choice: "Choose none to skip this question for good.",
  check: "Choose none to skip this question for good.",
};

/** The controls of a question; what they hold is read by `answerIn`. */
export function fields({ kind, asks, unit, options }: PageQuestion): HTMLElement[] {
  const group = element("fieldset");
  group.append(element("legend", asks));
  if (kind === "number")
    group.append(
      labelled(input({ name: "answer", inputmode: "decimal", size: "12", "aria-label": asks }), unit ?? ""),
    );
  else if (kind === "weights")
    group.append(
      ...options.map(({ name, about }) =>
        labelled(
          input({ type: "number", name, min: "0", max: MOST_WEIGHT, step: "1", value: "1" }),
          name,
          about,
        ),
      ),
    );
  else
    group.append(
      ...options.map(({ name, about }) =>
        labelled(
          input({ type: kind === "needs" ? "checkbox" : "radio", name: "answer", value: name }),
          name,
          about,
        ),
      ),
    );
  const skipping = SKIPPING[kind];
  if (skipping !== undefined) group.append(element("small", skipping));
  const go = element("button", "Answer");
  go.setAttribute("type", "submit");
  return [group, go];
}

/** What the controls say, as somebody would type it; empty for nothing. */
export function answerIn(form: HTMLFormElement, { kind, options }: PageQuestion): string {
  const data = new FormData(form);
  if (kind === "weights") return options.map(({ name }) => `${name}=${String(data.get(name))}`).join(",");
  return data.getAll("answer").map(String).join(",");
}
