import { minorDigits } from '../../core/iso/currencies.ts';
import type { LocalDate } from '../../core/time.ts';
import { chanceAlive, expectedPurchases, type BgNbdParameters } from '../prediction/bg-nbd.ts';
import { buyerHorizon, buyerValue } from '../prediction/buyer-value.ts';
import { contractValue, expectedPeriods } from '../prediction/contract-value.ts';
import type { GammaGammaParameters } from '../prediction/gamma-gamma.ts';
import { buyerAt } from '../prediction/purchases.ts';
import type { SbgParameters } from '../prediction/sbg.ts';
import { completedPeriods } from '../prediction/spell.ts';
import type { CustomerPredictionRecord } from '../records/prediction-tables.ts';
import type { ContractLife, CustomerLife } from './customer-life.ts';

/** The models of a brand that were not refused. */
export interface BrandModels {
  readonly brand: string;
  /** The last day that they know. */
  readonly day: LocalDate;
  /** By renewal period in months. */
  readonly contracts: ReadonlyMap<number, { readonly modelId: string; readonly parameters: SbgParameters }>;
  /** By currency; `amounts` undefined: refused, so that purchases are predicted without a value. */
  readonly buyers: ReadonlyMap<string, { readonly modelId: string; readonly parameters: BgNbdParameters; readonly amounts: GammaGammaParameters | undefined; readonly observedFrom: LocalDate }>;
}

/** What a year takes off a value (metrics, "Predicted LTV"). */
const DISCOUNT_PER_YEAR = 0.1;
const PLACES = 6;
const CERTAIN = '1';

/**
 * What a customer is expected to bring after the day of the models: by contract if the first one is still there, and as a
 * one-off buyer. A customer without a model has no row.
 *
 * @param months how far to look ahead (`metrics.horizon_months`)
 */
export function predict({ personId, contracts, purchases }: CustomerLife, models: BrandModels, months: number): CustomerPredictionRecord[] {
  const about = { brand: models.brand, person_id: personId };
  return [
    ...contracts.flatMap((contract) => ofContract(contract, models, months).map((record) => ({ ...about, ...record }))),
    ...purchases.flatMap((history) => ofBuyer(history, models, months).map((record) => ({ ...about, ...record }))),
  ];
}

type Predicted = Omit<CustomerPredictionRecord, 'brand' | 'person_id'>;

/** Models are of first contracts: who has come back after a churn is none of their customers. */
function ofContract({ currency, from, churned, renewalMonths, mrr }: ContractLife, { contracts, day }: BrandModels, horizon: number): Predicted[] {
  const model = contracts.get(renewalMonths ?? 0);
  if (model === undefined || renewalMonths === null || churned !== null || mrr <= 0) return [];
  const age = completedPeriods(from, day, renewalMonths);
  const periods = expectedPeriods(model.parameters, age, Math.floor(horizon / renewalMonths), 0);
  const value = contractValue(model.parameters, { mrr, months: renewalMonths, age }, { months: horizon, discountPerYear: DISCOUNT_PER_YEAR });
  return [
    { currency, model: 'sbg', alive: CERTAIN, expected_purchases: null, expected_periods: periods.toFixed(PLACES), expected_value: value, horizon, model_id: model.modelId },
  ];
}

function ofBuyer(history: CustomerLife['purchases'][number], { buyers, day }: BrandModels, months: number): Predicted[] {
  const { currency } = history;
  const [model, buyer] = [buyers.get(currency), buyerAt(history, day)];
  if (model === undefined || buyer === undefined) return [];
  const { parameters, amounts, observedFrom, modelId } = model;
  const horizon = buyerHorizon(parameters, { day, months, observedFrom });
  const expected = expectedPurchases(parameters, buyer, horizon.weeks);
  // A series that does not come to an end gives no figure.
  if (Number.isNaN(expected)) return [];
  const value = amounts === undefined ? null : buyerValue(parameters, amounts, buyer, { weeks: horizon.weeks, minorUnits: 10 ** (minorDigits(currency) ?? 0) });
  return [
    {
      ...{ currency, model: 'bgnbd', alive: chanceAlive(parameters, buyer).toFixed(PLACES), expected_purchases: expected.toFixed(PLACES), expected_periods: null },
      ...{ expected_value: value, horizon: horizon.months, model_id: modelId },
    },
  ];
}
