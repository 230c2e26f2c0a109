import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartType,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type Scale,
  ScatterController,
  Tooltip,
  type TooltipItem,
} from "chart.js";
import { quantity } from "../../prose/format.ts";
import type { Axis, ChartSpec, DatasetWords } from "../chart.ts";
import { find } from "./dom.ts";
import { spansPlugin } from "./spans.ts";
import { colorOf } from "./theme.ts";

declare module "chart.js" {
  interface ControllerDatasetOptions extends DatasetWords {}
}

/** Chart.js writes into what it is given. */
type Writable<Type> = { -readonly [Key in keyof Type]: Writable<Type[Key]> };
type Spec = Writable<ChartSpec>;
type Kind = "bar" | "line" | "scatter";
type Points = Spec["data"]["datasets"][number]["data"];

Chart.register(BarController, LineController, ScatterController);
Chart.register(BarElement, LineElement, PointElement, CategoryScale, LinearScale, LogarithmicScale);
Chart.register(Filler, Legend, Tooltip);
const { defaults } = Chart;
defaults.animation = false;
defaults.maintainAspectRatio = false;
defaults.font.family = "system-ui, sans-serif";
defaults.plugins.legend.labels.filter = ({ datasetIndex = 0 }, { datasets }) => !datasets[datasetIndex]?.band;
defaults.plugins.legend.onClick = (_event, { text, hidden = false }, { chart }) => {
  chart.data.datasets.forEach(({ label }, index) => {
    if (label === text) chart.setDatasetVisibility(index, hidden);
  });
  chart.update();
};
defaults.plugins.tooltip.callbacks.title = () => "";
defaults.plugins.tooltip.callbacks.label = tooltipOf;

const canvases = [...document.querySelectorAll<HTMLCanvasElement>("canvas[data-chart]")];
const drawn = new Map<HTMLCanvasElement, Chart<Kind, Points>>();
let specs: readonly Spec[] = [];

/** Draws each of the page's charts when it comes near the window. */
export async function showCharts(): Promise<void> {
  specs = await readSpecs(find(document, "#charts", HTMLScriptElement));
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting && target instanceof HTMLCanvasElement && !drawn.has(target)) draw(target);
    },
    { rootMargin: "600px" },
  );
  for (const canvas of canvases) watch.observe(canvas);
}

/** Draws again what is drawn: Chart.js copies its defaults into each chart, so another theme means other charts. */
export function redrawCharts(): void {
  for (const canvas of drawn.keys()) draw(canvas);
}

/** Draws what nobody has come near yet, as before it is printed. */
export function drawAllCharts(): void {
  for (const canvas of canvases) if (!drawn.has(canvas)) draw(canvas);
}

async function readSpecs({ dataset, textContent }: HTMLScriptElement): Promise<Spec[]> {
  if (dataset.deflated === undefined) return JSON.parse(textContent);
  const bytes = Uint8Array.from(atob(textContent), (one) => one.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(inflated).json();
}

function draw(canvas: HTMLCanvasElement): void {
  const spec = specs[Number(canvas.dataset.chart)];
  if (!spec) return;
  drawn.get(canvas)?.destroy();
  defaults.color = colorOf("--soft");
  defaults.borderColor = colorOf("--line");
  drawn.set(canvas, new Chart<Kind, Points>(canvas, configurationOf(structuredClone(spec))));
}

function configurationOf({ type, data, options, spans }: Spec): ChartConfiguration<Kind, Points> {
  const text = colorOf("--text");
  for (const set of data.datasets)
    if (set.dots) Object.assign(set, { backgroundColor: text, borderColor: text });
  const { x, y } = options.scales;
  return {
    type,
    data,
    options: { ...options, scales: { x: scaleOf(x), y: scaleOf(y) } },
    plugins: spans ? [spansPlugin(spans)] : [],
  };
}

function scaleOf({ marks, ...axis }: Writable<Axis>) {
  if (!marks) return axis;
  return {
    ...axis,
    afterBuildTicks: (scale: Scale) => {
      scale.ticks = marks.map(([value]) => ({ value }));
    },
    ticks: { callback: (value: number | string) => marks.find(([mark]) => mark === value)?.[1] },
  };
}

function tooltipOf({ dataset, dataIndex, parsed }: TooltipItem<ChartType>): string {
  const { label, texts, blocks, note = "p50" } = dataset;
  const [x, y] = [parsed.x ?? 0, parsed.y ?? 0];
  return (
    texts?.[dataIndex] ??
    (blocks
      ? `${label}, block ${blocks[dataIndex]}: ${quantity("micros", x)}`
      : `${label}, ${note} in second ${Math.round(x)}: ${quantity("micros", y)}`)
  );
}
