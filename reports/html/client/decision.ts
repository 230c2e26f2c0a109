import { decide } from "../../decision/arithmetic.ts";
import { fragmentOf, settingsOf } from "../../decision/fragment.ts";
import type { Decision, DecisionInput, Settings } from "../../decision/input.ts";
import {
  answerText,
  cautionText,
  idleText,
  orderOf,
  placeTexts,
  reasonText,
  timesText,
} from "../../decision/words.ts";
import { find, write } from "./dom.ts";

/** After the last change of a slider, in milliseconds: ten thousand weightings are drawn for each answer. */
const PAUSE_MS = 100;

/** Follows the controls and the address of the section that decides, where there is one, and writes what follows into its table. */
export function showDecision(): void {
  const data = document.getElementById("decision-input");
  if (!data) return;
  const input: DecisionInput = JSON.parse(data.textContent);
  const section = find(document, "#decide", HTMLElement);
  const form = find(section, "form", HTMLFormElement);
  const inputs = (name: string) => [...section.querySelectorAll<HTMLInputElement>(`[name=${name}]`)];
  const [needs, weights, scenarios] = [inputs("need"), inputs("weight"), inputs("scenario")];
  const place = find(section, ".decide-address", HTMLElement);
  const anchor = find(place, "a", HTMLAnchorElement);

  const checked = (boxes: readonly HTMLInputElement[]) =>
    boxes.filter((one) => one.checked).map(({ value }) => value);
  const settings = (): Settings => ({
    needs: checked(needs),
    weights: Object.fromEntries(weights.map(({ dataset, value }) => [dataset.key ?? "", Number(value)])),
    scenarios: checked(scenarios),
  });
  const outputs = () => {
    for (const one of weights)
      write(find(one.parentElement ?? section, "output", HTMLOutputElement), one.value);
  };
  const update = () => {
    const now = settings();
    const decision = decide(input, now);
    fill(find(section, ".decide-ranking tbody", HTMLTableSectionElement), input, decision);
    write(find(section, ".decide-answer", HTMLElement), answerText(input, decision));
    write(find(section, "[data-text=caution]", HTMLElement), cautionText(input, decision));
    write(find(section, "[data-text=idle]", HTMLElement), idleText(input, decision));
    anchor.href = fragmentOf(input, now);
  };
  const follow = () => {
    const found = settingsOf(input, location.hash);
    if (!found) return;
    const { settings: given, ignored } = found;
    for (const one of needs) one.checked = given.needs.includes(one.value);
    for (const one of weights) one.value = String(given.weights[one.dataset.key ?? ""]);
    for (const one of scenarios) one.checked = given.scenarios.includes(one.value);
    const unknown =
      ignored.length > 0
        ? `The address also names what this report does not know: ${ignored.join(", ")}.`
        : "";
    write(find(section, "[data-text=ignored]", HTMLElement), unknown);
    outputs();
    update();
    section.scrollIntoView();
  };

  let waiting: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener("input", () => {
    outputs();
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      update();
      keepAddress(anchor);
    }, PAUSE_MS);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  place.hidden = false;
  addEventListener("hashchange", follow);
  follow();
}

/** Only once somebody has changed something: the address of an untouched page stays as it is. */
function keepAddress(anchor: HTMLAnchorElement): void {
  try {
    history.replaceState(null, "", anchor.getAttribute("href"));
  } catch {
    // A page without an address of its own can't have one; the anchor is there to be copied.
  }
}

/** Writes the cells that the report wrote for the default settings, and puts the rows in order. */
function fill(table: HTMLTableSectionElement, input: DecisionInput, decision: Decision): void {
  const { ranked, excluded } = decision;
  const most = Math.max(1, ...ranked.map(({ score }) => score));
  for (const transport of orderOf(input, decision)) {
    const row = find(table, `[data-transport="${transport}"]`, HTMLTableRowElement);
    const own = ranked.find((one) => one.transport === transport);
    const cell = (name: string) => find(row, `[data-cell=${name}]`, HTMLElement);
    row.classList.toggle(
      "out",
      excluded.some((one) => one.transport === transport),
    );
    const place = placeTexts(input, decision, own);
    write(cell("rank"), place.rank);
    write(cell("score"), timesText(own?.score ?? null));
    cell("bar").style.width = `${(own ? (100 * own.score) / most : 0).toFixed(1)}%`;
    write(cell("weightings"), place.weightings);
    write(cell("resamples"), place.resamples);
    write(cell("reason"), reasonText(decision, transport));
    row.querySelectorAll("[data-cell=ratio]").forEach((ratio, at) => {
      write(ratio, timesText(own?.ratios[at] ?? null));
    });
    table.append(row);
  }
}
