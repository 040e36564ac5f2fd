import { daysSince, isLate } from '../../../engine/runs/freshness.ts';
import { groupBy } from '../../../core/group-by.ts';
import type { Problem } from '../../../core/problem.ts';
import type { LocalDate } from '../../../core/time.ts';
import type { FeedState, OverviewRun } from '../read/operations.repository.ts';
import type { ReadPage } from '../write/read-page.ts';
import { flagOf, type Flag } from './flag.ts';

/** Problems of build-metrics by their code, in words; others are called by their code. */
const PROBLEMS: Readonly<Record<string, string>> = {
  month_shrunk: 'Past months that lost more than 30 % of their rows',
  unpriced_charge: 'Subscriptions with a charge without a price',
  undated_chain: 'Subscriptions without a start or currency',
  undecidable: 'Persons that could not be decided',
};

/** Figures of earlier days that the report before had otherwise, by the page that lists them. */
export function restatedFlags(pages: readonly ReadPage[]): Flag[] {
  return pages.flatMap(({ page, sections }): Flag[] => {
    const blocks = sections.filter(({ section }) => section.name === 'restated').flatMap((read) => read.blocks);
    const count = blocks.reduce((sum, { rows }) => sum + rows.length, 0);
    const newest = blocks.map(({ rows }) => String(rows[0]?.[0] ?? '')).sort().at(-1);
    return count === 0 ? [] : [{ what: `Figures of the past that changed, ${page.title.toLowerCase()}`, brand: null, count, which: `the newest is of ${newest}`, page: page.name }];
  });
}

/** What builds of metrics found since the report before, each thing once. */
export function problemFlags(problems: readonly Problem[]): Flag[] {
  return [...groupBy(problems, ({ code }) => code)].flatMap(([code, own]) => flagOf(PROBLEMS[code] ?? `Found by build-metrics: ${code.replaceAll('_', ' ')}`, null, [...new Set(own.map(({ message }) => message.replace(/^coverage: /, '')))].reverse(), null));
}

/** Sources that have not come for two days, and metrics that are not there or end before the date. */
export function latenessFlags(feeds: readonly FeedState[], newestDay: LocalDate | undefined, asOf: LocalDate): Flag[] {
  const late = feeds.filter(({ newest }) => isLate(newest, asOf));
  const behind = newestDay === undefined ? ['there are none: hub build-metrics makes them'] : newestDay < asOf ? [`they end with ${newestDay}`] : [];
  return [
    ...flagOf('Metrics that are behind', null, behind, null),
    ...[...groupBy(late, ({ brand }) => brand)].flatMap(([brand, own]) => flagOf('Sources that are late', brand, own.map(({ source, newest }) => `${source} (${daysSince(newest, asOf)} days)`), null)),
  ];
}

/** Runs that failed since the report before. */
export function failureFlags(runs: readonly OverviewRun[]): Flag[] {
  return flagOf('Runs that failed', null, [...groupBy(runs, ({ command }) => command)].map(([command, own]) => (own.length === 1 ? command : `${command} ${own.length} times`)), null).map((flag) => ({ ...flag, count: runs.length }));
}

/** Currencies whose amounts are left out of what is converted. */
export function rateFlags(currencies: readonly string[], rates: { readonly base: string; readonly rates: object } | undefined): Flag[] {
  if (rates === undefined) return [];
  return flagOf('Currencies without a rate', null, currencies.filter((currency) => currency !== rates.base && !Object.hasOwn(rates.rates, currency)), 'revenue');
}
