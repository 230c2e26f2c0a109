import { scriptText } from "./embed.ts";
import { Html, html } from "./html.ts";
import { markerShapes } from "./marks.ts";
import type { HtmlAssets } from "./page.ts";
import { STYLE } from "./style.ts";

/** What the pages beside the report add to its style: pictures drawn as SVG, in the theme's colours. */
const SHEET_STYLE = `
.plot-svg { display: block; width: 100%; max-width: 26rem; height: auto; overflow: visible; }
.plot-svg text { font: 11px system-ui, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
.plot-svg .name { fill: var(--text); }
.plot-svg .axis, .plot-svg .grid { stroke: var(--line); fill: none; }
.plot-svg .margin { fill: var(--line); opacity: .45; }
.plot-svg .one { stroke: var(--soft); stroke-dasharray: 3 3; }
header nav { display: block; position: static; border: 0; margin: 0; padding: 0; }
#theme { float: right; }
.worse { color: var(--bad); font-weight: 600; }
.better { color: var(--link); font-weight: 600; }
.runs td, .runs th { max-width: 30rem; }
.runs tbody th { min-width: 0; }
@media print { .plot-svg { max-width: 8cm; } .charts { display: grid; grid-template-columns: 1fr 1fr; } }
`;

/** Theme and print, as on the report; a page without scripts shows all the same. */
const SHEET_SCRIPT = `"use strict";
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const button = document.getElementById("theme");
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark" ? "light" : "dark";
});
let before;
addEventListener("beforeprint", () => {
  const folded = Array.from(document.querySelectorAll("details:not([open])"));
  before = { theme: root.dataset.theme, folded };
  for (const one of folded) one.open = true;
  root.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  for (const one of before.folded) one.open = false;
  if (before.theme) root.dataset.theme = before.theme;
  else delete root.dataset.theme;
});
`;

/** A page in the looks of the report, of one file that asks nothing of a network. */
export function sheet(
  {
    title,
    head,
    main,
    foot,
  }: Readonly<Record<"title" | "foot", string>> & Readonly<Record<"head" | "main", Html>>,
  { sha256 }: Pick<HtmlAssets, "sha256">,
): string {
  const script = scriptText(SHEET_SCRIPT);
  const source = sha256 ? `'sha256-${sha256(script)}'` : "'unsafe-inline'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${source}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE + SHEET_STYLE)}</style>
</head>
<body>
${markerShapes()}
<header><button id="theme" type="button" hidden>Dark or light</button>
<h1>${title}</h1>
${head}
</header>
<main>
${main}
</main>
<footer>${foot}</footer>
<script>${new Html(script)}</script>
</body>
</html>
`.markup;
}
