import { groupBy } from '../../../core/group-by.ts';
import { perHead } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { readModels, readPredictedValues, type ModelRow } from '../read/models.repository.ts';

const MODELS: Readonly<Record<string, string>> = { sbg: 'Contracts (sBG)', bgnbd: 'One-off buyers (BG/NBD)', gamma_gamma: 'Amounts (Gamma-Gamma)' };
const PERIODS: Readonly<Record<string, string>> = { 1: 'renewed monthly', 3: 'every quarter', 6: 'every half year', 12: 'every year' };
const REASONS: Readonly<Record<string, string>> = {
  too_few_customers: 'too few customers',
  too_few_losses: 'too few have left yet',
  too_few_repeaters: 'too few came back yet',
  too_short: 'observed for too short a time',
  no_convergence: 'no model fits',
  holdout_thin: 'too little happened in the time held out',
  holdout_error: 'wrong by more than 25 % on the time held out',
  value_depends_on_frequency: 'amounts depend on how often customers buy',
};
const VALUES: readonly Column[] = [
  { name: 'model', title: 'Model', kind: 'text' },
  { name: 'customers', title: 'Customers', kind: 'count' },
  { name: 'value', title: 'Predicted value', kind: 'money' },
  { name: 'value_per_customer', title: 'Per customer', kind: 'money' },
  { name: 'error', title: 'Hold-out error, at most', kind: 'percent' },
];
const TESTS: readonly Column[] = [
  { name: 'model', title: 'Model', kind: 'text' },
  { name: 'segment', title: 'Segment', kind: 'text' },
  { name: 'customers', title: 'Customers', kind: 'count' },
  { name: 'predicted', title: 'Predicted', kind: 'number' },
  { name: 'actual', title: 'What came', kind: 'number' },
  { name: 'error', title: 'Hold-out error', kind: 'percent' },
  { name: 'refused', title: 'No figure, because', kind: 'text' },
];

/** What today's customers are predicted to bring, with how wrong the model was. */
export const predictedValues: Section = {
  name: 'predicted-value',
  title: 'Predicted value of today’s customers',
  definition:
    'What customers of today are expected to bring within the horizon of the configuration (metrics.horizon_months, 36 by default): contracts by their MRR and the chance of each renewal, discounted by 10 % a year; one-off buyers by expected purchases and their amounts. Never average revenue over churn.',
  unit: 'amounts of the currency; the error is that of the worst model behind the figure',
  async read(tx, view) {
    const [values, models] = [await readPredictedValues(tx, view.brands), await readModels(tx, view.brands)];
    const blocks = [...groupBy(values, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own): Block[] => {
      const [first] = own;
      if (first === undefined) return [];
      const rows = own.map(({ scope, currency, model, customers, value }): Value[] => [MODELS[model] ?? model, customers, value, perHead(value, customers), worst(models, scope, currency, model)]);
      return [{ scope: first.scope, currency: first.currency, columns: VALUES, rows }];
    });
    return { blocks, coverage: 'Customers of a model that was refused have no figure and are not in the sums; the table below says which and why.' };
  },
};

/** The models, their tests and refusals. */
export const modelTests: Section = {
  name: 'models',
  title: 'How far the models can be trusted',
  definition:
    'Each model was fitted without the last months (six, or a third of the time observed) and asked what would come: survivors of contracts, repeat purchases of buyers. A model that is wrong by more than 25 %, or that has too little to go by, gives no figure.',
  unit: 'customers; survivors or repeat purchases in the time held out',
  async read(tx, view) {
    const models = await readModels(tx, view.brands);
    const blocks = [...groupBy(models, ({ scope }) => scope)].map(([scope, own]): Block => ({ scope, currency: null, columns: TESTS, rows: own.map((model) => testRow(model)) }));
    return { blocks, coverage: 'A fit uses at most 50,000 customers, chosen by a hash.' };
  },
};

function testRow({ model, segment, currency, customers, predicted, actual, error, refused }: ModelRow): Value[] {
  const parts = [segment === '*' ? 'all' : (PERIODS[segment] ?? segment), ...(currency === '*' ? [] : [currency])];
  return [MODELS[model] ?? model, parts.join(', '), customers, predicted, actual, error, refused === null ? '' : (REASONS[refused] ?? refused)];
}

/** The largest error of the models of a brand that stand behind a figure; amounts have no test of their own. */
function worst(models: readonly ModelRow[], scope: string, currency: string, model: string): number | null {
  const errors = models.flatMap((row) => (row.scope === scope && row.model === model && row.refused === null && (row.currency === currency || row.currency === '*') && row.error !== null ? [row.error] : []));
  return errors.length === 0 ? null : Math.max(...errors);
}
