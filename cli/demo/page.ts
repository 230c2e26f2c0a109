import { jsonText } from "../../reports/html/embed.ts";
import { Html, html } from "../../reports/html/html.ts";
import { markerShapes } from "../../reports/html/marks.ts";
import type { DemoData } from "../../web/demo/messages.ts";

/** The demo's page with its data in it; script and style sheet are fetched from beside it. */
export function demoPage(data: DemoData): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>notif-lab demo: one notification, side by side</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="demo.css">
</head>
<body>
${markerShapes()}
<div id="root"></div>
<noscript>This page needs JavaScript: it is a client of each transport.</noscript>
<script type="application/json" id="data">${new Html(jsonText(data))}</script>
<script src="demo.js" defer></script>
</body>
</html>
`.markup;
}

/** A page that may fetch from itself and from these addresses, and from nowhere else. */
export function policyFor(urls: readonly string[]): string {
  const origins = urls.flatMap((url) => {
    const { host } = new URL(url);
    return [`http://${host}`, `ws://${host}`];
  });
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // The timers of mqtt.js, which go on in a hidden page.
    "worker-src blob:",
    "img-src data:",
    `connect-src 'self' ${origins.join(" ")}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
