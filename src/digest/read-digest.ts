import type { Transaction } from '../db/database.ts';
import { restatements } from '../metrics/restated/restatements.ts';
import type { Digest } from './digest.ts';
import { readAdsFinalUntil, readAlerts, readCoverage, readFailedRuns, readFlaggedStock, readHistories, readMargins } from './digest-lists.repository.ts';
import { restatedFigures } from './restated-figures.ts';
import { newestDayOf, readWeekFacts } from './week-facts.repository.ts';
import { countFigures, currencyFigures } from './week-figures.ts';
import type { Week } from './week.ts';

const BEST = 5;
const WORST = 10;

/**
 * What a week was, from the tables of metrics: the mail of Monday and the page of the week show the same.
 * @param tx all of it is read in one snapshot
 * @param scope a brand, or `*` for all of them
 */
export async function readDigest(tx: Transaction, scope: string, week: Week): Promise<Digest> {
  const facts = await readWeekFacts(tx, scope, week);
  const month = week.to.slice(0, 7);
  const margins = await readMargins(tx, scope, month);
  const histories = await readHistories(tx, scope, week);
  return {
    ...{ scope, week, month, newestDay: await newestDayOf(tx, scope, week) },
    currencies: currencyFigures(facts, week),
    counts: countFigures(facts, week),
    bestProducts: margins.filter(({ margin }) => margin > 0).slice(0, BEST),
    negativeProducts: margins.filter(({ margin }) => margin < 0).toReversed().slice(0, WORST),
    stock: await readFlaggedStock(tx, scope),
    alerts: await readAlerts(tx, scope, week),
    coverage: await readCoverage(tx, scope, week, month),
    adsFinalUntil: await readAdsFinalUntil(tx, scope),
    restated: restatedFigures(histories.flatMap(({ table, history }) => restatements(table, history, week.from))),
    failedRuns: await readFailedRuns(tx, week),
  };
}
