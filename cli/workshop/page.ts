import { html } from "../../reports/html/html.ts";

/** The workshop's page; all that it shows comes from the process, script and style sheet are beside it. Without JavaScript it names the command for the terminal. */
export function workshopPage(inTerminal: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>notif-lab workshop</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="workshop.css">
</head>
<body>
<header><h1>How notifications travel</h1>
<p id="counts"></p></header>
<div id="columns">
<nav aria-label="Lessons"><ol id="lessons"></ol></nav>
<main>
<div id="blocks"><p>Choose a lesson. Each takes about 15 minutes: you predict, this machine measures, and you compare.</p></div>
<div id="running" hidden><div id="bar" role="progressbar" aria-label="experiments" aria-valuemin="0" aria-valuemax="100"><div></div></div><p id="progress"></p></div>
<form id="question" hidden autocomplete="off"></form>
<p id="problem" role="alert"></p>
</main>
</div>
<noscript>This page needs JavaScript. The same lessons are in the terminal: ${inTerminal}.</noscript>
<script src="workshop.js" defer></script>
</body>
</html>
`.markup;
}

/** The page may fetch from itself alone. */
export const WORKSHOP_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");
