import { document } from '../../document.ts';
import { legendOf, seriesChart } from '../../series-chart.ts';
import { anchorOf, escape } from '../../text.ts';
import { waterfall, type Bar } from '../../waterfall.ts';
import { amountText } from '../declare/amounts.ts';
import type { Block, Card, View } from '../declare/page.ts';
import { lastFlowDay } from '../read/revenue.repository.ts';
import type { ReadPage, ReadSection } from './read-page.ts';
import { blockTable, shownText } from './table.ts';

/** What stands on every page. */
export interface Setting {
  readonly view: View;
  readonly pages: readonly Pick<ReadPage['page'], 'name' | 'title'>[];
  /** Which data files there are. */
  readonly formats: readonly string[];
  readonly testAccounts: number;
}

/** Sections of the overview that stand before the figures. */
const FIRST_SECTIONS = 2;
/** More rows than this are folded away under their chart. */
const OPEN_ROWS = 8;

/** One page of the report as HTML. */
export function pageHtml({ page, cards, sections }: ReadPage, setting: Setting): string {
  return document(
    `${page.title}, ${setting.view.asOf}`,
    `${heading(page.title, page.question, setting, page.name)}
${cardsHtml(cards)}
<nav class="contents"><ul>${sections.map(({ section }) => `<li><a href="#${anchorOf(section.name)}">${escape(section.title)}</a></li>`).join('')}</ul></nav>
${sections.map((read) => sectionHtml(read, page.name, setting)).join('\n')}
${footer(setting)}`,
  );
}

/** The page that leads to the others: what to look at first, the figures of each page, and how fresh they are. */
export function indexHtml(overview: ReadPage, pages: readonly ReadPage[], setting: Setting): string {
  const { title, question, name } = overview.page;
  const [first, rest] = [overview.sections.slice(0, FIRST_SECTIONS), overview.sections.slice(FIRST_SECTIONS)].map((sections) => sections.map((read) => sectionHtml(read, name, setting)));
  const figures = pages.map(({ page, cards }) => `<section id="${anchorOf(page.name)}"><h2><a href="${page.name}.html">${escape(page.title)}</a></h2><p class="note">${escape(page.question)}</p>${cardsHtml(cards)}</section>`);
  return document(`Report, ${setting.view.asOf}`, `${heading(title, question, setting, name)}
${[...(first ?? []), ...figures, ...(rest ?? [])].join('\n')}
${footer(setting)}`);
}

function heading(title: string, question: string, { view, pages }: Setting, current: string): string {
  const links = [{ name: 'index', title: 'Overview' }, ...pages].map(({ name, title: text }) =>
    name === current ? `<li><b>${escape(text)}</b></li>` : `<li><a href="${name}.html">${escape(text)}</a></li>`,
  );
  const range = view.from === null && view.until === null ? '' : ` · shown ${view.from === null ? '' : `from ${view.from}`}${view.until === null ? '' : ` to before ${view.until}`}`;
  const brands = view.brands.length === view.allBrands.length ? 'all brands' : view.brands.map((brand) => view.names.get(brand) ?? brand).join(', ');
  return `<header>
<nav class="pages"><ul>${links.join('')}</ul></nav>
<h1>${escape(title)}</h1>
<p class="lead">${escape(question)}</p>
<p class="meta">States at the end of ${view.asOf} · sums of days up to ${lastFlowDay(view)} · ${escape(brands)}${escape(range)}</p>
</header>`;
}

function cardsHtml(cards: readonly Card[]): string {
  if (cards.length === 0) return '';
  return `<div class="cards">${cards.map(({ value, label, note }) => `<div class="card"><b>${escape(value)}</b><span>${escape(label)}</span><i>${escape(note)}</i></div>`).join('')}</div>`;
}

function sectionHtml({ section, blocks, coverage }: ReadSection, page: string, { view, formats }: Setting): string {
  const files = formats.map((format) => `<a href="data/${page}/${section.name}.${format}">${format.toUpperCase()}</a>`);
  const body = blocks.length === 0 ? `<p class="note">${escape(section.none ?? 'No figures: there is nothing of this in the metrics of these brands and dates.')}</p>` : blocks.map((block) => blockHtml(block, section.title, blocks, view)).join('\n');
  return `<section id="${anchorOf(section.name)}">
<h2>${escape(section.title)}</h2>
<p class="note">${escape(section.definition)}</p>
<p class="unit"><b>Unit:</b> ${escape(section.unit)}</p>
${body}
<p class="note small"><b>Coverage:</b> ${escape(coverage)}${files.length === 0 ? '' : ` · Data: ${files.join(', ')}`}</p>
</section>`;
}

/** What is of one brand is folded away where the same of all brands, in the same currency, stands above it. */
function blockHtml(block: Block, title: string, blocks: readonly Block[], view: View): string {
  const name = nameOf(block, blocks, view);
  const isFolded = block.scope !== '*' && blocks.some(({ scope, currency }) => scope === '*' && currency === block.currency);
  const chart = block.chart === undefined ? '' : figure(block, [title, name].filter((part) => part !== '').join(', '));
  const rest = shownText(block);
  const table = `${blockTable(block)}${rest === '' ? '' : `<p class="note small">${escape(rest)}</p>`}`;
  const isLong = block.chart !== undefined && block.rows.length > OPEN_ROWS;
  const content = `${chart}${isLong ? `<details><summary>The same as a table</summary>${table}</details>` : table}`;
  if (isFolded) return `<details class="block"><summary>${escape(name)}</summary>${content}</details>`;
  return `${name === '' ? '' : `<h3>${escape(name)}</h3>`}${content}`;
}

/** The scope and currency of a block, as far as they tell it from the others. */
function nameOf({ scope, currency }: Block, blocks: readonly Block[], { names }: View): string {
  const hasScopes = new Set(blocks.map((block) => block.scope)).size > 1 || scope !== '*';
  return [...(hasScopes ? [scope === '*' ? 'All brands' : (names.get(scope) ?? scope)] : []), ...(currency === null ? [] : [currency])].join(', ');
}

function figure({ chart, currency }: Block, label: string): string {
  if (chart === undefined) return '';
  const draw = (layout: 'wide' | 'narrow'): string => {
    if (chart.kind !== 'waterfall') return seriesChart(chart, layout);
    const describe = (value: number, kind: Bar['kind']): string => `${kind === 'change' && value > 0 ? '+' : ''}${amountText(value, currency ?? '')}`;
    return waterfall(chart.bars, describe, layout, chart.axisFrom);
  };
  const caption = chart.kind === 'waterfall' ? `<figcaption>${escape(chart.title)}${chart.axisFrom === 0 ? '' : ` · the axis begins at ${escape(amountText(chart.axisFrom, currency ?? ''))}, not at 0`}</figcaption>` : legendOf(chart);
  return `<figure aria-label="${escape(label)}">${caption}${(['wide', 'narrow'] as const).map((layout) => `<div class="${layout}">${draw(layout)}</div>`).join('')}</figure>`;
}

function footer({ testAccounts }: Setting): string {
  return `<footer>Test data is left out of every figure: ${testAccounts} accounts. Currencies are never added. Amounts are exact; only what is shown per customer is rounded, half-even.</footer>`;
}
