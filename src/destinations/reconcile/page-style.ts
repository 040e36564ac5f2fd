/** The style sheet of the page: for a screen, a phone and paper. */
export const STYLE = `
:root { --ink: #1c2733; --soft: #5b6875; --line: #dde3ea; --accent: #1f3a5f; }
* { box-sizing: border-box; }
body { margin: 0; background: #f5f7fa; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 32px 20px 48px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 18px; margin: 0 0 8px; }
h3 { font-size: 15px; margin: 16px 0 6px; }
.meta, .note, footer { color: var(--soft); }
.meta { margin: 0 0 16px; }
.note { margin: 8px 0 12px; }
.arrow { color: var(--soft); }
.verdict { margin: 0 0 20px; padding: 12px 16px; border-radius: 6px; border-left: 5px solid; }
.verdict p { margin: 0; }
.good { background: #e9f4ed; border-color: #2f7d4f; }
.bad { background: #fbecea; border-color: #b5482f; }
section { background: #fff; border: 1px solid var(--line); border-radius: 8px; padding: 20px; margin: 0 0 20px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(145px, 1fr)); gap: 12px; margin: 0 0 16px; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: 12px; }
.card b { display: block; font-size: 26px; line-height: 1.1; color: var(--accent); font-variant-numeric: tabular-nums; }
.card span { display: block; font-size: 13px; margin-top: 6px; }
.card i { display: block; font-size: 12px; font-style: normal; color: var(--soft); }
figure { margin: 0 0 12px; }
details { margin: 12px 0 0; }
summary { cursor: pointer; color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 8px; border-bottom: 1px solid var(--line); text-align: right; font-weight: normal; }
th:first-child { text-align: left; }
thead th { color: var(--soft); font-size: 13px; border-bottom: 2px solid var(--line); }
tr.sum th, tr.sum td { font-weight: 600; background: #f5f7fa; }
tr.step th { padding-left: 24px; }
tr.open th, tr.open td { color: #8e24aa; font-weight: 600; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(430px, 1fr)); gap: 8px 28px; }
@media (max-width: 560px) { .columns { grid-template-columns: 1fr; } section { padding: 14px; overflow-x: auto; } }
@media print { body { background: #fff; } section { break-inside: avoid; border: 0; padding: 0; } main { max-width: none; } }
`;
