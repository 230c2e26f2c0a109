const DARK = `color-scheme: dark; --page: #15181c; --card: #1c2026; --text: #e6e8eb; --soft: #a9b0b9; --line: #363c45;
  --link: #7cc0ee; --warn: #f0b45a; --bad: #ff9b85;`;

/** The page's style sheet. Colours by name, so that a theme is one list of them. */
export const STYLE = `
:root { color-scheme: light; --page: #fdfdfc; --card: #f4f5f4; --text: #1b1e22; --soft: #555c64; --line: #d8dbdd;
  --link: #00568a; --warn: #8a5200; --bad: #a62b12; }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${DARK} } }
:root[data-theme="dark"] { ${DARK} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 0 clamp(1rem, 2.5vw, 2rem); }
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
#theme { float: right; margin-left: 1rem; font: inherit; font-size: .85rem; color: var(--soft); background: none; border: 1px solid var(--line);
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
td.n { white-space: nowrap; }
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
td.n small.why { min-width: 5.2rem; white-space: normal; }
.matrix { font-size: .95rem; }
.state.partial { margin-left: .35rem; }
.matrix td { min-width: 10rem; max-width: 26rem; }
.figure { white-space: nowrap; }
.ratio { color: var(--soft); margin-left: .5rem; }
.unit { font-weight: 400; }
.reason { max-width: 34ch; overflow-wrap: anywhere; }
.wire { display: inline-flex; align-items: baseline; max-width: 100%; }
.wire span { min-width: 0; }
.marker { flex: none; width: .85em; height: .85em; margin-right: .45em; vertical-align: -.05em; overflow: visible; }
.state { font-size: .85rem; font-weight: 600; color: var(--warn); white-space: nowrap; }
.state.failed, .state.invalid { color: var(--bad); }
.state.skipped, .state.missing, .state.partial { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem; margin-top: 1.5rem; }
figure { margin: 0; padding: 1rem; background: var(--card); border-radius: 8px; min-width: 0; }
figure tbody th { background: var(--card); }
figure.wide { grid-column: 1 / -1; }
figcaption p { margin: .1rem 0 .6rem; font-size: .87rem; }
.plot { position: relative; width: 100%; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; margin-top: .5rem; }
pre { background: var(--card); padding: .75rem 1rem; border-radius: 6px; white-space: pre-wrap; max-width: 75ch; }
dt { font-weight: 600; margin-top: .6rem; }
dd { margin: 0; }
dl.pairs { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem; }
dl.pairs dt { margin: 0; font-weight: 400; color: var(--soft); }
footer { color: var(--soft); font-size: .87rem; padding-top: 2rem; padding-bottom: 3rem; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media print {
  body { font-size: 10.5pt; }
  #theme { display: none; }
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
  canvas { max-width: 100%; }
}
`;
