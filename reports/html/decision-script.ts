import { DECISION_ARITHMETIC } from "../decision/arithmetic.ts";
import { DECISION_LINK } from "../decision/link.ts";
import { DECISION_WORDS } from "../decision/words.ts";

/** Of the section that decides: reads the controls and the link, decides again by the report's own functions, fills the same table. */
export const DECISION_SCRIPT = `"use strict";
(() => {
const data = document.getElementById("decision-board");
if (!data) return;
${DECISION_ARITHMETIC}
${DECISION_WORDS}
${DECISION_LINK}
const board = JSON.parse(data.textContent);
const section = document.getElementById("decide");
const all = (selector) => Array.from(section.querySelectorAll(selector));
const [form, table, link] = ["form", ".decide-ranking tbody", ".decide-link a"].map((one) => section.querySelector(one));
const needs = all("[name=need]");
const weights = all("[name=weight]");
const scenarios = all("[name=scenario]");

const settings = () => ({
  needs: needs.filter((one) => one.checked).map((one) => one.value),
  weights: Object.fromEntries(weights.map((one) => [one.dataset.key, Number(one.value)])),
  scenarios: scenarios.filter((one) => one.checked).map((one) => one.value),
});
const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const outputs = () => { for (const one of weights) write(one.parentElement.querySelector("output"), one.value); };

function fill(decision) {
  const most = Math.max(1, ...decision.ranked.map((one) => one.score));
  for (const wire of orderOf(board, decision)) {
    const row = table.querySelector('[data-wire="' + wire + '"]');
    const own = decision.ranked.find((one) => one.wire === wire);
    const cells = (name) => Array.from(row.querySelectorAll('[data-cell="' + name + '"]'));
    const put = (name, text) => write(cells(name)[0], text);
    row.classList.toggle("out", decision.excluded.some((one) => one.wire === wire));
    put("rank", own ? String(own.rank) : "–");
    put("score", timesText(own ? own.score : null));
    cells("bar")[0].style.width = (own ? (100 * own.score) / most : 0).toFixed(1) + "%";
    put("weightings", shareText(own ? own.firstOfWeightings : null));
    put("resamples", shareText(own ? own.firstOfResamples : null));
    put("reason", reasonText(decision, wire));
    cells("ratio").forEach((cell, at) => write(cell, timesText(own ? own.ratios[at] : null)));
    table.append(row);
  }
}

function update() {
  const now = settings();
  const decision = decide(board, now);
  fill(decision);
  write(section.querySelector(".decide-answer"), answerText(board, decision));
  for (const [name, text] of [["caution", cautionText(board, decision)], ["idle", idleText(board, decision)]])
    write(section.querySelector('[data-text="' + name + '"]'), text);
  link.href = fragmentOf(board, now);
}

// Only once somebody has changed something: the address of an untouched page stays as it is.
function keep() {
  try { history.replaceState(null, "", link.getAttribute("href")); } catch { /* the link is there to be copied */ }
}

function follow() {
  const found = settingsOf(board, location.hash);
  if (!found) return;
  for (const one of needs) one.checked = found.settings.needs.includes(one.value);
  for (const one of weights) one.value = String(found.settings.weights[one.dataset.key]);
  for (const one of scenarios) one.checked = found.settings.scenarios.includes(one.value);
  const unknown = found.ignored.length > 0 ? "The link also names what this report does not know: " + found.ignored.join(", ") + "." : "";
  write(section.querySelector('[data-text="ignored"]'), unknown);
  outputs();
  update();
  section.scrollIntoView();
}

let waiting;
form.addEventListener("input", () => {
  outputs();
  clearTimeout(waiting);
  waiting = setTimeout(() => { update(); keep(); }, 100);
});
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
section.querySelector(".decide-link").hidden = false;
addEventListener("hashchange", follow);
follow();
})();
`;
