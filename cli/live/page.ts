import { SHAPES } from "../../reports/html/marks.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

const DARK = `color-scheme: dark; --page: #15181c; --text: #e6e8eb; --soft: #a9b0b9; --line: #363c45; --link: #7cc0ee; --bad: #ff9b85;
  --fill: #5b9bd0;`;

const STYLE = `
:root { color-scheme: light; --page: #fdfdfc; --text: #1b1e22; --soft: #555c64; --line: #d8dbdd; --link: #00568a; --bad: #a62b12;
  --fill: #1b6ca8; }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 960px; padding: 1rem clamp(1rem, 2.5vw, 2rem) 3rem; background: var(--page); color: var(--text);
  overflow-wrap: anywhere; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { max-width: 75ch; margin: .5rem 0; }
a { color: var(--link); }
code, small, .soft { color: var(--soft); }
#bar { height: 12px; background: var(--line); border-radius: 6px; overflow: hidden; margin: .75rem 0 .5rem; }
#bar div { height: 100%; width: 0; background: var(--fill); }
#end { border: 1px solid var(--line); border-left: 4px solid var(--fill); padding: .5rem 1rem; margin: 1rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; width: 100%; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { padding: 4px 8px; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.reason { white-space: normal; min-width: 12rem; color: var(--bad); }
.n { text-align: right; }
.bad { color: var(--bad); font-weight: 600; }
.marker { width: .85em; height: .85em; margin-right: .45em; overflow: visible; }
#chart svg { width: 100%; height: auto; display: block; }
#chart text { fill: var(--soft); font-size: 13px; }
#chart text.wire { fill: var(--text); }
#chart line { stroke: var(--line); }
select { font: inherit; font-size: .9rem; }
[hidden] { display: none; }
`;

/** The page; all that it shows comes later, from the state and the stream. */
export function livePage(): string {
  const symbols = Object.entries(SHAPES)
    .map(([name, shape]) => `<symbol id="m-${name}" viewBox="0 0 14 14">${shape}</symbol>`)
    .join("");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>notif-lab, live</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs>${symbols}</defs></svg>
<main>
<h1>A run as it goes</h1>
<p><code id="command"></code></p>
<div id="bar" role="progressbar" aria-label="trials finished" aria-valuemin="0"><div></div></div>
<p id="status" role="status">Waiting for the run.</p>
<div id="end" hidden><p id="outcome"></p><p id="files"></p></div>
<h2><label for="scenario">Median delivery latency, a mark a trial:</label> <select id="scenario"></select></h2>
<div id="chart"></div>
<h2>Trials so far</h2>
<div class="scroll"><table>
<caption>The last one first. Figures of one trial rank nothing; the report does, from ten blocks on.</caption>
<thead><tr><th scope="col">wire</th><th scope="col">scenario</th><th scope="col" class="n">block</th><th scope="col">state</th>
<th scope="col" class="n">p50</th><th scope="col" class="n">p99</th><th scope="col" class="n">CPU a delivery</th><th scope="col">reason</th></tr></thead>
<tbody id="trials"></tbody></table></div>
<p id="more" class="soft"></p>
<h2>About this page</h2>
<p class="soft">It is served by the process that orchestrates the run, on this machine alone. The processes that are measured know nothing
of it. It is told when a stage begins and when a trial ends, about progress at most twice a second; it counts the seconds by itself. A browser on the
same machine takes CPU and memory of its own, which the report's figures on the host's noise include: close the page for a run that counts.
Closing it harms nothing.</p>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}
