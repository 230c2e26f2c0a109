import { scriptText } from "../../reports/html/embed.ts";
import { Html, html } from "../../reports/html/html.ts";
import { markerShapes } from "../../reports/html/marks.ts";
import { builtClient } from "../output/built-client.ts";

/** The page; all that it shows comes later, from the state and the stream. */
export function livePage(): string {
  const { script, style } = builtClient("cli/live/client/live");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>notif-lab, live</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
${markerShapes()}
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
<thead><tr><th scope="col">transport</th><th scope="col">scenario</th><th scope="col" class="n">block</th><th scope="col">state</th>
<th scope="col" class="n">p50</th><th scope="col" class="n">p99</th><th scope="col" class="n">CPU a delivery</th><th scope="col">reason</th></tr></thead>
<tbody id="trials"></tbody></table></div>
<p id="more" class="soft"></p>
<h2>About this page</h2>
<p class="soft">It is served by the process that orchestrates the run, on this machine alone. The processes that are measured know nothing
of it. It is told when a stage begins and when a trial ends, about progress at most twice a second; it counts the seconds by itself. A browser on the
same machine takes CPU and memory of its own, which the report's figures on the host's noise include: close the page for a run that counts.
Closing it harms nothing.</p>
</main>
<script>${new Html(scriptText(script))}</script>
</body>
</html>
`.markup;
}
