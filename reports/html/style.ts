import { MATRIX_METRICS } from "./matrix.ts";
import { SHADES } from "./shades.ts";

const DARK = `color-scheme: dark; --page: #15181c; --card: #1c2026; --text: #e6e8eb; --soft: #a9b0b9; --line: #363c45;
  --link: #7cc0ee; --warn: #f0b45a; --bad: #ff9b85; --span: #ffffff1f; --hatch: #ffffff26; ${shadesOf("dark")}`;

/** The page's style sheet. Colours by name, so that a theme is one list of them. */
export const STYLE = `
:root { color-scheme: light; --page: #fdfdfc; --card: #f4f5f4; --text: #1b1e22; --soft: #555c64; --line: #d8dbdd;
  --link: #00568a; --warn: #8a5200; --bad: #a62b12; --span: #00000014; --hatch: #0000001a; ${shadesOf("light")} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${DARK} } }
:root[data-theme="dark"] { ${DARK} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
header, main, footer { max-width: 1800px; margin: 0 auto; padding: 0 clamp(1rem, 2.5vw, 2rem); }
header { padding-top: 1.5rem; }
p, ul, dl, h1 { max-width: 75ch; }
h1 { font-size: clamp(1.5rem, 4.5vw, 2.1rem); line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
figure h3 { margin: 0; }
a { color: var(--link); }
ul { padding-left: 1.25rem; margin: .25rem 0 1rem; }
.lead { margin: 1rem 0 0; font-weight: 600; }
.quality, .params, figcaption p, small, .caption, .unit, .none { color: var(--soft); }
.quality { font-size: .9rem; border-left: 3px solid var(--line); padding-left: .75rem; }
nav { position: sticky; top: 0; z-index: 3; background: var(--page); border-bottom: 1px solid var(--line); display: flex; align-items: center;
  gap: .75rem; padding: .3rem clamp(1rem, 2.5vw, 2rem); }
nav div { display: flex; gap: .9rem; overflow-x: auto; white-space: nowrap; flex: 1; padding: .3rem 0; font-size: .9rem; scrollbar-width: thin; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; z-index: 4; background: var(--page); padding: .5rem; }
[id] { scroll-margin-top: 3.5rem; }
.answer { font-size: 1.08rem; margin: .5rem 0; }
.ran { color: var(--soft); font-size: .9rem; }
#theme { flex: none; font: inherit; font-size: .85rem; color: var(--soft); background: none; border: 1px solid var(--line);
  border-radius: 6px; padding: .25rem .6rem; cursor: pointer; }
.scroll { overflow-x: auto; margin: 1rem 0; max-width: 100%; }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; font-size: .88rem; overflow-wrap: normal;
  line-height: 20px; }
.caption { font-size: .9rem; margin: 1rem 0 .25rem; }
.caption + .scroll { margin-top: 0; }
th, td { padding: 6px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { max-width: 20rem; overflow-wrap: break-word; font-weight: 600; vertical-align: bottom; font-size: .85rem; }
thead th[scope="colgroup"] { border-bottom: 0; padding-bottom: 0; color: var(--soft); }
tbody th { font-weight: 600; min-width: 7.6rem; max-width: 16rem; overflow-wrap: break-word; background: var(--page); }
td.n, .figures td { white-space: nowrap; }
.figures td { text-align: right; }
tbody th:first-child { position: sticky; left: 0; }
.n { text-align: right; }
td small { display: block; font-size: .87em; line-height: 16px; }
.bars { min-width: 11rem; }
.bar { display: flex; height: 14px; margin-top: 3px; }
.part { display: inline-block; height: 14px; background: var(--part); }
.key .part { width: 14px; vertical-align: -2px; margin: 0 .35rem 0 .8rem; }
.part.body { --part: #1b6ca8; } .part.envelope { --part: #67a9cf; } .part.compressed { --part: #7b6fb0; } .part.framing { --part: #e08214; }
.part.handshake { --part: #8c510a; } .part.heartbeats { --part: #999; }
.verdicts td { text-align: right; }
.verdicts b { font-weight: 600; color: var(--text); }
td small.why { min-width: 5.2rem; white-space: normal; }
.matrix { font-size: .9rem; }
.matrix td { border-left: 2px solid var(--page); border-bottom: 2px solid var(--page); }
${[0, 1, 2, 3, 4, 5].map((step) => `.s${step} { background-color: var(--s${step}); }`).join(" ")}
td.s0, td.s1, td.s2, td.s3, td.s4, td.s5, .sample { --soft: var(--text); --link: var(--text); --warn: var(--text); color: var(--text); }
.undecided { background-image: repeating-linear-gradient(135deg, transparent 0 6px, var(--hatch) 6px 8px); }
td.saturated, td.failed, td.invalid { background: var(--card); }
.matrix td .figure { text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); text-underline-offset: 3px; }
.switch input { position: absolute; opacity: 0; width: 1px; height: 1px; }
.switch label { display: inline-block; padding: .3rem .75rem; border: 1px solid var(--line); border-radius: 6px; margin: .25rem .35rem .25rem 0;
  cursor: pointer; font-size: .9rem; }
.switch input:checked + label { background: var(--text); color: var(--page); border-color: var(--text); }
.switch input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
.panel { display: none; }
${MATRIX_METRICS.map(([key]) => `#matrix-${key}:checked ~ #panel-${key}`).join(", ")} { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .4rem .5rem; align-items: center; font-size: .85rem; max-width: none; color: var(--soft); }
.sample { padding: .1rem .5rem; border-radius: 4px; }
.notes small { display: inline; }
.paths { font-weight: 400; }
.sizing td { min-width: 10rem; max-width: 18rem; }
.state.partial { margin-left: .35rem; }
.matrix td { min-width: 7.5rem; max-width: 16rem; }
.figure { white-space: nowrap; }
.ratio { color: var(--soft); margin-left: .5rem; }
.unit { font-weight: 400; }
.reason { max-width: 34ch; overflow-wrap: anywhere; }
.wire { display: inline-flex; align-items: baseline; max-width: 100%; }
.wire span { min-width: 0; }
.shapes { position: absolute; }
.marker { stroke-width: 1.8px; flex: none; width: .85em; height: .85em; margin-right: .45em; vertical-align: -.05em; overflow: visible; }
.state { font-size: .85rem; font-weight: 600; color: var(--warn); white-space: nowrap; }
.state.failed, .state.invalid { color: var(--bad); }
.state.skipped, .state.missing, .state.partial { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem; margin-top: 1.5rem; }
figure { margin: 0; padding: 1rem; background: var(--card); border-radius: 8px; min-width: 0; }
figure tbody th { background: var(--card); }
figure.wide { grid-column: 1 / -1; }
figcaption p { margin: .1rem 0 .6rem; font-size: .87rem; }
.plot { position: relative; width: 100%; }
canvas { max-width: 100%; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; margin-top: .5rem; }
pre { background: var(--card); padding: .75rem 1rem; border-radius: 6px; white-space: pre-wrap; max-width: 75ch; }
dt { font-weight: 600; margin-top: .6rem; }
dd { margin: 0; }
dl.pairs { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem; }
dl.pairs dt { margin: 0; font-weight: 400; color: var(--soft); }
footer { color: var(--soft); font-size: .87rem; padding-top: 2rem; padding-bottom: 3rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@page { size: A4 landscape; margin: 10mm; }
@media print {
  body { font-size: 10.5pt; }
  nav, .skip, .switch input, .switch label { display: none; }
  .panel { display: block; }
  .matrix td, .sample, .bar, .part { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .matrix td { min-width: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; line-height: 1.4; }
  td small { line-height: 1.3; }
  th, td, thead th { padding: .15rem .2rem; font-size: inherit; }
  tbody th { min-width: 0; }
  .state { font-size: inherit; }
  tbody th:first-child { position: static; }
  .charts { display: block; }
  figure, tr { break-inside: avoid; }
  figure { margin-bottom: 1rem; }
  h2, h3 { break-after: avoid; }
  .plot { height: auto !important; }
  canvas { max-width: 100%; height: auto !important; }
  .matrix, .matrix td { font-size: 7pt; }
  tbody th:first-child { max-width: none; white-space: nowrap; overflow-wrap: normal; }
  .matrix td small, .matrix .ratio { font-size: 6pt; }
  .figures td, .matrix .figure { white-space: normal; }
  .matrix td, .matrix thead th { overflow-wrap: anywhere; }
  .sizing td { min-width: 0; }
}
`;

function shadesOf(theme: keyof typeof SHADES): string {
  return SHADES[theme].map((color, step) => `--s${step}: ${color};`).join(" ");
}
