/** The style sheet of the page: for a screen, a phone and paper, light and dark. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6875; --line: #dde3ea; --accent: #1f3a5f; --back: #f5f7fa; --card: #fff; --good: #e9f4ed; --bad: #fbecea; --open: #8e24aa; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 8px; }
h3 { font-size: 15px; margin: 16px 0 6px; }
a { color: inherit; }
code { font-size: 13px; display: inline-block; }
.meta, .note, footer { color: var(--soft); }
.meta { margin: 0 0 16px; }
.note { margin: 8px 0 12px; }
nav ul, .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 14px; padding: 0; }
.pages { border-bottom: 1px solid var(--line); margin-bottom: 20px; }
.pages b { border-bottom: 3px solid var(--accent); }
.pages li > * { display: inline-block; padding: 6px 0; text-decoration: none; }
.contents { font-size: 13px; color: var(--soft); }
.lead { margin: 0 0 4px; font-size: 17px; }
.small { font-size: 13px; }
.unit { font-size: 13px; margin: 0 0 12px; }
.unit b, .small b { font-weight: 600; }
.legend { font-size: 13px; margin: 0 0 4px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
.legend .pale { color: var(--soft); }
figcaption { color: var(--soft); font-size: 13px; }
.block { border-top: 1px solid var(--line); padding-top: 10px; }
.block > summary { font-weight: 600; color: var(--ink); }
.faint td, .faint th { color: var(--soft); }
.faint small { white-space: nowrap; }
.text { text-align: left; }
.dense td, .dense th { padding: 4px 6px; font-size: 13px; }
.dense td { white-space: nowrap; }
.h0 { background: rgba(63, 143, 181, .05); } .h1 { background: rgba(63, 143, 181, .12); } .h2 { background: rgba(63, 143, 181, .2); }
.h3 { background: rgba(63, 143, 181, .28); } .h4 { background: rgba(63, 143, 181, .37); } .h5 { background: rgba(63, 143, 181, .46); }
.arrow { color: var(--soft); }
.verdict { margin: 0 0 20px; padding: 12px 16px; border-radius: 6px; border-left: 5px solid; }
.verdict p { margin: 0; }
.verdict ul, .verdict ol { margin: 6px 0; padding-left: 22px; }
.good { background: var(--good); border-color: #2f7d4f; }
.bad { background: var(--bad); border-color: #b5482f; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 0 0 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(145px, 1fr)); gap: 12px; margin: 0 0 16px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 12px; }
.card b { display: block; font-size: 26px; line-height: 1.1; color: var(--accent); font-variant-numeric: tabular-nums; }
.card span { display: block; font-size: 13px; margin-top: 6px; }
.card i { display: block; font-size: 12px; font-style: normal; color: var(--soft); }
figure { margin: 0 0 12px; }
svg { max-width: 100%; height: auto; }
svg.mid text { dominant-baseline: central; }
.narrow { display: none; }
details { margin: 12px 0 0; }
summary { cursor: pointer; color: var(--soft); }
.scroll { overflow-x: auto; background: linear-gradient(to left, var(--card) 30%, transparent) right / 40px 100% no-repeat local, linear-gradient(to left, var(--line), transparent) right / 14px 100% no-repeat scroll; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--line); text-align: right; font-weight: normal; }
th:first-child { text-align: left; }
thead th { color: var(--soft); font-size: 13px; border-bottom: 2px solid var(--line); }
tr.sum th, tr.sum td { font-weight: 600; background: var(--back); }
tr.step th { padding-left: 24px; }
.scroll td:not(.text) { white-space: nowrap; }
tr.marked th, tr.marked td { background: var(--bad); }
tr.open th, tr.open td { color: var(--open); font-weight: 600; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(430px, 1fr)); gap: 8px 28px; }
@media (max-width: 640px) {
  main { padding: 20px 10px 32px; }
  h1 { font-size: 23px; }
  section { padding: 14px 12px; }
  .cards, .columns { grid-template-columns: 1fr; gap: 8px; }
  .card { display: grid; grid-template-columns: minmax(70px, auto) 1fr; column-gap: 10px; padding: 8px 12px; }
  .card b { grid-row: span 2; align-self: center; font-size: 22px; }
  .card span { margin: 0; }
  .wide { display: none; }
  .narrow { display: block; }
  table { font-size: 13px; }
  th, td { padding: 5px; }
  tr.step th { padding-left: 12px; }
  .scroll th:first-child { position: sticky; left: 0; min-width: 120px; background: var(--card); }
  tr.sum th:first-child { background: var(--back); }
  tr.marked th:first-child { background: var(--bad); }
  .stacked thead { display: none; }
  .stacked tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  .stacked th, .stacked td { display: inline; border: 0; padding: 0 6px 0 0; }
  .stacked th { font-weight: 600; }
}
@media print { body { background: #fff; } section { break-inside: avoid; border: 0; padding: 0; } main { max-width: none; } }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e3e8ee; --soft: #9aa7b4; --line: #323d49; --accent: #9cc3f0; --back: #12171d; --card: #1a2129; --good: #17301f; --bad: #3a1d18; --open: #d69be6; }
  svg[fill="#1c2733"], svg [fill="#1c2733"] { fill: #e3e8ee; }
  svg [fill="#1f3a5f"] { fill: #5d8fc7; }
  svg [fill="#2f7d4f"] { fill: #4fa873; }
  svg [fill="#b5482f"] { fill: #d9735a; }
  svg [fill="#8e24aa"] { fill: #c06bd6; }
  svg [stroke="#1f3a5f"] { stroke: #5d8fc7; }
  svg [stroke="#2f7d4f"] { stroke: #4fa873; }
  svg [stroke="#b5482f"] { stroke: #d9735a; }
  svg [stroke="#8e24aa"] { stroke: #c06bd6; }
  .legend [style*="#1f3a5f"] { background: #5d8fc7 !important; }
  .legend [style*="#2f7d4f"] { background: #4fa873 !important; }
  .legend [style*="#b5482f"] { background: #d9735a !important; }
  .legend [style*="#8e24aa"] { background: #c06bd6 !important; }
  svg [stroke="#eceff3"] { stroke: #2a343f; }
  svg [stroke="#aab4c0"] { stroke: #566472; }
}
`;
