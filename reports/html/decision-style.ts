/** Of the section that decides. */
export const DECISION_STYLE = `
.decide-form { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 1.25rem; margin: 1rem 0; }
.decide-form[hidden] { display: none; }
.decide-form fieldset { min-width: 0; margin: 0; padding: .75rem 1rem 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; }
.decide-form legend { font-weight: 600; padding: 0 .4rem; }
.decide-form small { display: block; line-height: 1.35; font-size: .82rem; }
.decide-need { display: flex; gap: .6rem; align-items: baseline; padding: .25rem 0; cursor: pointer; }
.decide-need input { flex: none; width: 1.05rem; height: 1.05rem; margin: 0; transform: translateY(.15rem); accent-color: var(--link); }
.decide-weight { display: grid; grid-template-columns: 1fr 2ch; gap: 0 .75rem; align-items: center; padding: .3rem 0; }
.decide-weight label { grid-column: 1 / -1; }
.decide-weight input { width: 100%; margin: .2rem 0; accent-color: var(--link); }
.decide-weight output { text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
.decide-answer { font-weight: 600; margin-bottom: .5rem; }
.decide-caution { border-left: 3px solid var(--warn); padding-left: .75rem; font-size: .9rem; }
.decide-outcome p:empty { display: none; }
.decide-ranking { width: 100%; }
.decide-ranking tbody th { min-width: 10rem; max-width: 24rem; }
.decide-ranking tbody th small { display: block; font-weight: 400; line-height: 1.35; }
.decide-ranking tbody th small:empty { display: none; }
.decide-ranking tr.out .wire span { text-decoration: line-through; }
.decide-ranking tbody th:first-child { position: static; }
.decide-ranking .decide-score { min-width: 9rem; }
.decide-bar { display: block; height: 10px; margin-top: 3px; }
.decide-abilities td { min-width: 11rem; max-width: 16rem; }
.decide-abilities td small { line-height: 1.35; }
.decide-formula { max-width: 75ch; padding-left: 1.25rem; }
@media print {
  .decide-form { display: block; }
  .decide-form fieldset { break-inside: avoid; margin-bottom: .5rem; }
  .decide-link { display: none; }
  .decide-abilities td, .decide-ranking tbody th, .decide-ranking .decide-score { min-width: 0; }
}
`;
