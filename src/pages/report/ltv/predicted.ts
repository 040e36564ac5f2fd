import { groupBy } from '../../../core/group-by.ts';
import { formatCount } from '../../../core/text/counts.ts';
import { perHead } from '../declare/amounts.ts';
import type { Block, Column, Section, Value } from '../declare/page.ts';
import { countPayingCustomers, readModels, readPredictedValues, type ModelRow } from '../read/models.repository.ts';

const MODELS: Readonly<Record<string, string>> = { sbg: 'Contracts (sBG)', bgnbd: 'One-off buyers (BG/NBD)', gamma_gamma: 'Amounts (Gamma-Gamma)' };
const PERIODS: Readonly<Record<string, string>> = { 1: 'renewed monthly', 3: 'every quarter', 6: 'every half year', 12: 'every year', other: 'at other intervals' };
const REASONS: Readonly<Record<string, string>> = {
  other_period: 'models are of contracts that renew every 1, 3, 6 or 12 months',
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
  { name: 'segment', title: 'Segment', kind: 'text' },
  { name: 'customers', title: 'Customers', kind: 'count' },
  { name: 'value', title: 'Predicted value', kind: 'money' },
  { name: 'value_per_customer', title: 'Per customer', kind: 'money' },
  { name: 'error', title: 'Hold-out error', kind: 'percent' },
  { name: 'months', title: 'Months ahead', kind: 'count' },
  { name: 'known_to', title: 'From the end of', kind: 'text' },
];
const TESTS: readonly Column[] = [
  { name: 'model', title: 'Model', kind: 'text' },
  { name: 'segment', title: 'Segment', kind: 'text' },
  { name: 'customers', title: 'Customers', kind: 'count' },
  { name: 'predicted', title: 'Predicted', kind: 'number' },
  { name: 'actual', title: 'What came', kind: 'number' },
  { name: 'error', title: 'Hold-out error', kind: 'percent' },
  { name: 'known_to', title: 'Knows all up to', kind: 'text' },
  { name: 'refused', title: 'No figure, because', kind: 'text' },
];

/** What the customers at the end of last month are predicted to bring, with how wrong the model was. */
export const predictedValues: Section = {
  name: 'predicted-value',
  title: 'Predicted value of the customers at the end of last month',
  definition:
    'What the customers at the end of the last whole month are expected to bring from then on, so many months ahead (metrics.horizon_months, less where nobody can tell whether customers ever leave): first contracts by their MRR and the chance of each renewal, discounted by 10 % a year; one-off buyers by expected purchases and their amounts. Never average revenue over churn.',
  unit: 'amounts of the currency; the error of the model on the time held out, as a share of what came',
  async read(tx, view) {
    const [values, models] = [await readPredictedValues(tx, view.brands), await readModels(tx, view.brands)];
    const blocks = [...groupBy(values, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own): Block[] => {
      const [first] = own;
      if (first === undefined) return [];
      const rows = own.map(({ model, segment, customers, value, error, horizon, asOf }): Value[] => [MODELS[model] ?? model, segmentText(segment), customers, value, perHead(value, customers), error, horizon, asOf]);
      return [{ scope: first.scope, currency: first.currency, columns: VALUES, rows }];
    });
    const ofContracts = values.reduce((sum, { model, customers }) => (model === 'sbg' ? sum + customers : sum), 0);
    const coverage = `${formatCount(ofContracts)} of ${formatCount(await countPayingCustomers(tx, models))} customers with recurring revenue have a figure. The others came back after they had left, or are of a model that was refused: the table below says which and why. Amounts of buyers have no test of their own.`;
    return { blocks, coverage };
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

function testRow({ model, segment, currency, customers, predicted, actual, error, refused, asOf }: ModelRow): Value[] {
  const parts = [segmentText(segment), ...(currency === '*' ? [] : [currency])];
  return [MODELS[model] ?? model, parts.join(', '), customers, predicted, actual, error, asOf, refused === null ? '' : (REASONS[refused] ?? refused)];
}

function segmentText(segment: string): string {
  return segment === '*' ? 'all' : (PERIODS[segment] ?? segment);
}
