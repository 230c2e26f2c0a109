import { durationText } from "../../../reports/prose/duration.ts";
import "./live.css";
import { find, write } from "../../../reports/html/client/dom.ts";
import type { LiveEnd, LiveEvent, LiveProgress, LiveState, LiveTransport, LiveTrial } from "../messages.ts";
import { element } from "./elements.ts";
import { medianPlot } from "./plot.ts";
import { SHOWN_ROWS, trialRows } from "./trials.ts";

const part = (id: string) => find(document, `#${id}`, HTMLElement);
const select = find(document, "#scenario", HTMLSelectElement);
const token = location.pathname.split("/")[1] ?? "";
const source = new EventSource(`/events?channel=topic/live&access_token=${token}`);

const trials = new Map<number, LiveTrial>();
let transports: readonly LiveTransport[] = [];
let progress: LiveProgress | undefined;
let progressAt = 0;
let end: LiveEnd | undefined;
/** The scenario that the reader chose; until then it is that of the last trial. */
let chosen: string | undefined;
let isDrawing = false;

function drawStatus(): void {
  if (end) {
    write(part("status"), end.finished ? "Finished." : "Interrupted.");
    // The last progress may have been within the pace of the one before, and not have been sent.
    if (end.finished) fillBar(1, 1);
    return;
  }
  if (!progress) return;
  const { stage, transport, scenario, block, finished, total, secondsLeft } = progress;
  const left = Math.max(0, secondsLeft - (performance.now() - progressAt) / 1_000);
  const now = `${stage}, ${transport} on ${scenario}, block ${block}`;
  write(part("status"), `${finished} of ${total} trials, about ${durationText(left)} left. Now: ${now}.`);
  fillBar(finished, total);
}

function fillBar(finished: number, total: number): void {
  const bar = part("bar");
  bar.ariaValueMax = String(total);
  bar.ariaValueNow = String(finished);
  find(bar, "div", HTMLElement).style.width = `${(100 * finished) / Math.max(1, total)}%`;
}

function drawPlot(): void {
  const all = [...trials.values()];
  const names = [...new Set(all.map(({ scenario }) => scenario))];
  if (select.options.length !== names.length)
    select.replaceChildren(...names.map((name) => new Option(name)));
  select.value = chosen ?? all.at(-1)?.scenario ?? "";
  const none = element("p", "No trial with a median yet.", "soft");
  part("chart").replaceChildren(medianPlot(select.value, all, transports) ?? none);
}

function drawTrials(): void {
  part("trials").replaceChildren(...trialRows(trials, transports));
  const more = trials.size - SHOWN_ROWS;
  write(part("more"), more > 0 ? `The report has the other ${more} as well.` : "");
}

function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    drawStatus();
    drawPlot();
    drawTrials();
  });
}

async function conclude(how: LiveEnd): Promise<void> {
  if (end) return;
  end = how;
  source.close();
  draw();
  part("end").hidden = false;
  const outcome = part("outcome");
  write(
    outcome,
    end.finished ? "The run has finished." : "The run was interrupted; what was measured is kept.",
  );
  write(part("files"), `Report ${end.report} · results ${end.results}`);
  try {
    // Kept in memory, since nobody serves it in a moment.
    const report = await (await fetch("report")).blob();
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(report);
    anchor.textContent = "Open the report";
    outcome.append(" ", anchor);
  } catch {
    // It was too late; the files are named above.
  }
}

function take(event: LiveEvent): void {
  if (event.kind === "end") {
    void conclude(event.end);
    return;
  }
  if (event.kind === "trial") trials.set(event.number, event.trial);
  else {
    ({ progress } = event);
    progressAt = performance.now();
  }
  draw();
}

async function catchUp(): Promise<void> {
  const state: LiveState = await (await fetch("state")).json();
  ({ transports } = state);
  write(part("command"), state.command);
  state.trials.forEach((trial, index) => {
    trials.set(state.first + index, trial);
  });
  if (state.progress && !progress) take({ kind: "progress", progress: state.progress });
  draw();
  if (state.end) void conclude(state.end);
}

// The welcome is the first event of each connection: what came before it is in the state.
source.addEventListener("welcome", () => void catchUp().catch(() => undefined));
source.addEventListener("message", ({ data }) => take(JSON.parse(JSON.parse(data).body)));
source.addEventListener("error", () => {
  if (!end) write(part("status"), "The run can't be reached: it has ended, or the page will reconnect.");
});
select.addEventListener("change", () => {
  chosen = select.value;
  draw();
});
setInterval(drawStatus, 1_000);
