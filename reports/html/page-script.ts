/** The page's own script: draws the embedded charts, and keeps them in step with theme and print. */
export const PAGE_SCRIPT = `"use strict";
const root = document.documentElement;
const shade = (name) => getComputedStyle(root).getPropertyValue(name).trim();
Chart.defaults.animation = false;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.font.family = "system-ui, sans-serif";
Chart.defaults.plugins.legend.labels.filter = (entry, data) => !data.datasets[entry.datasetIndex].band;
Chart.defaults.plugins.legend.onClick = (_event, entry, legend) => {
  legend.chart.data.datasets.forEach((set, index) => {
    if (set.label === entry.text) legend.chart.setDatasetVisibility(index, entry.hidden);
  });
  legend.chart.update();
};
Chart.defaults.plugins.tooltip.callbacks.title = () => "";
Chart.defaults.plugins.tooltip.callbacks.label = (item) => item.dataset.texts[item.dataIndex];

let charts = [];
// Chart.js copies its defaults into each chart, so a change of theme means new charts.
function draw() {
  for (const chart of charts) chart.destroy();
  Chart.defaults.color = shade("--soft");
  Chart.defaults.borderColor = shade("--line");
  const specs = JSON.parse(document.getElementById("charts").textContent);
  charts = Array.from(document.querySelectorAll("canvas[data-chart]"), (canvas) => {
    const spec = specs[canvas.dataset.chart];
    for (const set of spec.data.datasets) if (set.dots) set.backgroundColor = set.borderColor = shade("--text");
    for (const scale of Object.values(spec.options.scales)) {
      if (!scale.marks) continue;
      scale.afterBuildTicks = (axis) => { axis.ticks = scale.marks.map(([value]) => ({ value })); };
      scale.ticks = { callback: (value) => scale.marks.find((mark) => mark[0] === value)?.[1] };
    }
    return new Chart(canvas, spec);
  });
}
draw();

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", draw);
const button = document.getElementById("theme");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
  draw();
});

let before;
addEventListener("beforeprint", () => {
  const folded = Array.from(document.querySelectorAll("details:not([open])"));
  before = { theme: root.dataset.theme, folded };
  for (const one of folded) one.open = true;
  root.dataset.theme = "light";
  draw();
});
addEventListener("afterprint", () => {
  for (const one of before.folded) one.open = false;
  if (before.theme) root.dataset.theme = before.theme;
  else delete root.dataset.theme;
  draw();
});
`;
