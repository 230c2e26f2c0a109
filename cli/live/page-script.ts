/** What the page does. It writes text only, never markup. */
export const PAGE_SCRIPT = `
"use strict";
const SHOWN_ROWS = 200;
const byId = (id) => document.getElementById(id);
const token = location.pathname.split("/")[1];
let wires = [], progress = null, toldAt = 0, end = null, scenario = null, chosen = false, isDrawing = false;
const trials = new Map();

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const drawn = (name, attributes, text) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
};
const lookOf = (name) => wires.find((one) => one.name === name) ?? { color: "#808080", marker: "circle", hollow: true };
const marker = (name, attributes) => {
  const { color, marker: shape, hollow } = lookOf(name);
  const use = drawn("svg", { viewBox: "0 0 14 14", fill: hollow ? "none" : color, stroke: color, "stroke-width": 1.8, ...attributes });
  use.append(drawn("use", { href: "#m-" + shape }));
  return use;
};
const time = (micros) => {
  if (micros === null) return "–";
  const [value, unit] = micros < 1e3 ? [micros, "µs"] : micros < 1e6 ? [micros / 1e3, "ms"] : [micros / 1e6, "s"];
  return Number(value.toPrecision(3)).toLocaleString("en-US") + " " + unit;
};
const seconds = (count) => (count < 100 ? Math.ceil(count) + " s" : Math.ceil(count / 60) + " min");

function fill(finished, total) {
  const bar = byId("bar");
  bar.setAttribute("aria-valuemax", total);
  bar.setAttribute("aria-valuenow", finished);
  bar.firstChild.style.width = (100 * finished) / Math.max(1, total) + "%";
}

function drawStatus() {
  if (end) {
    byId("status").textContent = end.finished ? "Finished." : "Interrupted.";
    // The last progress may have been within the pace of the one before, and not been told.
    if (end.finished) fill(1, 1);
    return;
  }
  if (!progress) return;
  const { stage, transport, scenario, block, finished, total, secondsLeft } = progress;
  const left = Math.max(0, secondsLeft - (performance.now() - toldAt) / 1000);
  byId("status").textContent = finished + " of " + total + " trials, about " + seconds(left) + " left. Now: " + stage + ", " + transport +
    " on " + scenario + ", block " + block + ".";
  fill(finished, total);
}

function drawChart() {
  const names = [...new Set([...trials.values()].map((one) => one.scenario))];
  const select = byId("scenario");
  if (select.options.length !== names.length) {
    select.replaceChildren(...names.map((name) => new Option(name)));
  }
  const latest = [...trials.values()].at(-1)?.scenario;
  if (!chosen || !names.includes(scenario)) scenario = latest ?? null;
  select.value = scenario ?? "";
  const points = [...trials.values()].filter((one) => one.scenario === scenario && one.p50 !== null);
  const chart = byId("chart");
  if (points.length === 0) {
    chart.replaceChildren(element("p", "No trial with a median yet.", "soft"));
    return;
  }
  const [left, right, row] = [130, 690, 30];
  const lows = points.map((one) => one.p50);
  const ends = [Math.log10(Math.min(...lows)), Math.log10(Math.max(...lows))];
  // Wide enough for two marked values at least.
  const margin = Math.max(0.1, (0.9 - (ends[1] - ends[0])) / 2);
  const low = ends[0] - margin, high = ends[1] + margin;
  const x = (value) => left + ((Math.log10(value) - low) / (high - low)) * (right - left);
  const height = wires.length * row + 30;
  const svg = drawn("svg", { viewBox: "0 0 720 " + height, role: "img",
    "aria-label": "Median delivery latency of each trial of " + scenario + " by wire, on a logarithmic axis; the table below has the figures" });
  for (let power = Math.floor(low); power <= Math.ceil(high); power += 1)
    for (const step of high - low > 3 ? [1] : [1, 2, 5]) {
      const value = step * 10 ** power;
      if (Math.log10(value) < low || Math.log10(value) > high) continue;
      svg.append(drawn("line", { x1: x(value), x2: x(value), y1: 0, y2: height - 24 }));
      svg.append(drawn("text", { x: x(value), y: height - 6, "text-anchor": "middle" }, time(value)));
    }
  wires.forEach(({ name }, index) => {
    const y = index * row + row / 2;
    svg.append(drawn("text", { x: 0, y: y + 4, class: "wire" }, name.length > 16 ? name.slice(0, 15) + "…" : name));
    for (const one of points.filter((point) => point.transport === name)) {
      const mark = marker(name, { x: x(one.p50) - 7, y: y - 7, width: 14, height: 14, overflow: "visible" });
      if (one.state !== "completed") mark.setAttribute("opacity", 0.35);
      mark.append(drawn("title", {}, name + ", block " + one.block + ": " + time(one.p50) + ", " + one.state));
      svg.append(mark);
    }
  });
  chart.replaceChildren(svg);
}

function drawTrials() {
  const last = [...trials.entries()].sort((a, b) => b[0] - a[0]).slice(0, SHOWN_ROWS).map(([, one]) => one);
  byId("trials").replaceChildren(...last.map((one) => {
    const row = element("tr");
    const wire = element("td");
    wire.append(marker(one.transport, { class: "marker", "aria-hidden": "true" }), one.transport);
    row.append(wire, element("td", one.scenario), element("td", one.block, "n"),
      element("td", one.state, one.state === "completed" ? "" : "bad"),
      ...[one.p50, one.p99, one.cpu].map((value) => element("td", time(value), "n")),
      element("td", one.reason ?? "", "reason"));
    return row;
  }));
  byId("more").textContent = trials.size > SHOWN_ROWS ? "The report has the other " + (trials.size - SHOWN_ROWS) + " as well." : "";
}

function draw() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawStatus();
    drawChart();
    drawTrials();
  });
}

async function conclude(told) {
  if (end) return;
  end = told;
  source.close();
  draw();
  byId("end").hidden = false;
  byId("outcome").textContent = end.finished ? "The run has finished." : "The run was interrupted; what was measured is kept.";
  byId("files").textContent = "Report " + end.report + " · results " + end.results;
  try {
    // Kept in memory, since nobody serves it in a moment.
    const answer = await fetch("report");
    const link = element("a", "Open the report");
    link.href = URL.createObjectURL(await answer.blob());
    byId("outcome").append(" ", link);
  } catch {
    // It was too late; the files are named above.
  }
}

function take(event) {
  if (event.kind === "end") return void conclude(event.end);
  if (event.kind === "trial") trials.set(event.number, event.trial);
  if (event.kind === "progress") {
    progress = event.progress;
    toldAt = performance.now();
  }
  draw();
}

async function catchUp() {
  const state = await (await fetch("state")).json();
  ({ wires } = state);
  byId("command").textContent = state.command;
  state.trials.forEach((trial, index) => trials.set(state.first + index, trial));
  if (state.progress && !progress) take({ kind: "progress", progress: state.progress });
  draw();
  if (state.end) void conclude(state.end);
}

const source = new EventSource("/events?channel=topic/live&access_token=" + token);
// The welcome is the first event of each connection: what came before it is in the state.
source.addEventListener("welcome", () => catchUp().catch(() => undefined));
source.addEventListener("message", ({ data }) => take(JSON.parse(JSON.parse(data).body)));
source.addEventListener("error", () => {
  if (!end) byId("status").textContent = "The run can't be reached: it has ended, or is about to be reached again.";
});
byId("scenario").addEventListener("change", (change) => {
  scenario = change.target.value;
  chosen = true;
  draw();
});
setInterval(drawStatus, 1000);
`;
