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
Chart.defaults.plugins.tooltip.callbacks.label = (item) => item.dataset.texts?.[item.dataIndex] ?? pointText(item);
const micros = (us) => {
  const [size, unit] = us >= 1e6 ? [1e6, "s"] : us >= 1e3 ? [1e3, "ms"] : [1, "\u00b5s"];
  return Number((us / size).toPrecision(3)) + " " + unit;
};
const pointText = ({ dataset, dataIndex, parsed }) => dataset.blocks
  ? dataset.label + ", block " + dataset.blocks[dataIndex] + ": " + micros(parsed.x)
  : dataset.label + ", " + (dataset.note ?? "p50") + " in second " + Math.round(parsed.x) + ": " + micros(parsed.y);

// Faults as shaded stretches behind the lines, with their names on top.
Chart.register({
  id: "spans",
  beforeDatasetsDraw({ ctx, chartArea, scales, config }) {
    for (const { from, to, text } of config._config.spans ?? []) {
      const [left, right] = [from, to].map((value) => scales.x.getPixelForValue(value));
      ctx.save();
      ctx.beginPath();
      ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height);
      ctx.clip();
      ctx.fillStyle = shade("--span");
      ctx.fillRect(left, chartArea.top, Math.max(2, right - left), chartArea.height);
      ctx.fillStyle = shade("--text");
      ctx.font = "12px system-ui, sans-serif";
      const fits = left + 5 + ctx.measureText(text).width < chartArea.right;
      ctx.textAlign = fits ? "left" : "right";
      ctx.fillText(text, fits ? left + 5 : left - 5, chartArea.top + 14);
      ctx.restore();
    }
  },
});

const data = document.getElementById("charts");
async function inflated() {
  const bytes = Uint8Array.from(atob(data.textContent), (one) => one.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
}
const canvases = Array.from(document.querySelectorAll("canvas[data-chart]"));
const charts = new Map();
// Copied for each drawing, since Chart.js writes into what it is given.
let specs;
function drawOne(canvas) {
  if (!specs) return;
  charts.get(canvas)?.destroy();
  const spec = structuredClone(specs[canvas.dataset.chart]);
  for (const set of spec.data.datasets) if (set.dots) set.backgroundColor = set.borderColor = shade("--text");
  for (const scale of Object.values(spec.options.scales)) {
    if (!scale.marks) continue;
    scale.afterBuildTicks = (axis) => { axis.ticks = scale.marks.map(([value]) => ({ value })); };
    scale.ticks = { callback: (value) => scale.marks.find((mark) => mark[0] === value)?.[1] };
  }
  Chart.defaults.color = shade("--soft");
  Chart.defaults.borderColor = shade("--line");
  charts.set(canvas, new Chart(canvas, spec));
}
// Chart.js copies its defaults into each chart, so a change of theme means new charts.
const redraw = () => { for (const canvas of charts.keys()) drawOne(canvas); };
const drawAll = () => { for (const canvas of canvases) if (!charts.has(canvas)) drawOne(canvas); };
function begin() {
  if (!("IntersectionObserver" in window)) return drawAll();
  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      if (!charts.has(target)) drawOne(target);
    }
  }, { rootMargin: "600px" });
  for (const canvas of canvases) watch.observe(canvas);
}
if ("deflated" in data.dataset) inflated().then((text) => { specs = JSON.parse(text); begin(); });
else {
  specs = JSON.parse(data.textContent);
  begin();
}

const dark = matchMedia("(prefers-color-scheme: dark)");
dark.addEventListener("change", redraw);
const button = document.getElementById("theme");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
  redraw();
});

let before;
addEventListener("beforeprint", () => {
  const folded = Array.from(document.querySelectorAll("details:not([open])"));
  before = { theme: root.dataset.theme, folded };
  for (const one of folded) one.open = true;
  root.dataset.theme = "light";
  redraw();
  drawAll();
});
addEventListener("afterprint", () => {
  for (const one of before.folded) one.open = false;
  if (before.theme) root.dataset.theme = before.theme;
  else delete root.dataset.theme;
  redraw();
});
`;
