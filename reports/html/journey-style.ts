/** Colours by part, like those of the byte tables; a name or letter stands beside them wherever they tell something. */
export const JOURNEY_STYLE = `
.jp { --part: #999; }
.jp.body { --part: #1b6ca8; } .jp.envelope { --part: #67a9cf; } .jp.compressed { --part: #7b6fb0; } .jp.framing { --part: #e08214; }
.jp.handshake { --part: #a8651a; } .jp.unsettled { --part: #c0392b; }
.jkey { display: inline-block; width: 12px; height: 12px; background: var(--part); margin-right: .4em; vertical-align: -1px; }
.journey > summary { font-size: 1rem; padding: .5rem 0; }
.journey-views { display: grid; grid-template-columns: minmax(0, 30rem) minmax(0, 1fr); gap: 1rem 2rem; align-items: start; }
.journey-views > * { min-width: 0; }
.sequence { display: block; width: 100%; max-width: 32rem; height: auto; color: var(--text); }
.sequence text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--text); font-variant-numeric: tabular-nums; }
.sequence text.act { font-weight: 600; }
.sequence .life { stroke: var(--soft); stroke-dasharray: 2 3; }
.sequence .head { fill: var(--card); stroke: var(--soft); }
.sequence .shaft { stroke: var(--text); }
.sequence .tip { fill: var(--text); }
.sequence .jp { fill: var(--part); }
table.bytes { width: 100%; table-layout: fixed; font-size: .8rem; }
table.bytes caption { text-align: left; font-weight: 600; padding: .5rem 0 .25rem; font-size: .88rem; }
table.bytes th, table.bytes td { padding: 4px 6px; overflow-wrap: anywhere; }
table.bytes th { font-weight: 400; background: none; min-width: 0; width: 7.4rem; border-left: 4px solid var(--part); position: static; }
table.bytes td { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
table.bytes td.jp, table.bytes td.jp span { background: color-mix(in srgb, var(--part) 16%, transparent); }
table.bytes td.text { width: 34%; white-space: pre-wrap; }
@media (max-width: 60rem) { .journey-views { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 30rem) { table.bytes th { width: 5.6rem; } table.bytes td.text { width: 36%; } }
@media print { .journey-views { display: block; } .sequence { max-width: 26rem; break-inside: avoid; } }
`;
