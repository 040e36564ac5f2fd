import { minorDigits } from '../../core/iso/currencies.ts';
import type { LocalDate } from '../../core/time.ts';
import { internalId } from '../../orders/ids/ids.ts';
import { modelBuyers } from '../prediction/buyer-model.ts';
import { modelContracts } from '../prediction/contract-model.ts';
import type { Fit } from '../prediction/maximise.ts';
import { refusedModel, type Model } from '../prediction/model.ts';
import type { PurchaseHistory } from '../prediction/purchases.ts';
import { HashSample } from '../prediction/sample.ts';
import type { Spell } from '../prediction/spell.ts';
import type { ModelRecord } from '../records/prediction-tables.ts';
import type { CustomerLife } from './customer-life.ts';

/** The renewal periods, in months, that contracts are modelled by. */
const SEGMENTS: readonly number[] = [1, 3, 6, 12];
/** All segments, or all currencies. */
const ALL = '*';
/** Fits of two machines, or of two releases of the runtime, agree in so many digits. */
const DIGITS = 8;

/** What the models of a brand are fitted to: at most 50,000 customers of each, whatever the number of customers is. */
export class ModelInputs {
  /** By renewal period. */
  readonly contracts = new Map<number, HashSample<Spell>>();
  /** By currency. */
  readonly buyers = new Map<string, HashSample<PurchaseHistory>>();
  /** Contracts that renew after another period, or nobody knows after which. */
  others = 0;

  add({ contracts, purchases }: CustomerLife): void {
    for (const { customer, from, churned, renewalMonths } of contracts) {
      if (renewalMonths !== null && SEGMENTS.includes(renewalMonths)) sampleOf(this.contracts, renewalMonths).add({ customer, from, churned });
      else this.others++;
    }
    for (const { customer, currency, purchases: days } of purchases) sampleOf(this.buyers, currency).add({ customer, purchases: days });
  }
}

function sampleOf<Key, Item extends { readonly customer: string }>(samples: Map<Key, HashSample<Item>>, key: Key): HashSample<Item> {
  let sample = samples.get(key);
  if (sample === undefined) samples.set(key, (sample = new HashSample<Item>()));
  return sample;
}

/** The models of a brand, those that are refused too: one for each period and currency of which there is any customer. */
export function fitModels(brand: string, day: LocalDate, { contracts, buyers, others }: ModelInputs): ModelRecord[] {
  const about = (model: string, segment: string, currency: string, observedFrom: LocalDate | null): Named => ({ brand, model, segment, currency, as_of: day, observed_from: observedFrom });
  return [
    ...[...contracts].map(([months, sample]) => {
      const spells = sample.items;
      return recordOf(about('sbg', String(months), ALL, firstOf(spells.map(({ from }) => from))), modelContracts(spells, { months, asOf: day }));
    }),
    ...(others === 0 ? [] : [recordOf(about('sbg', 'other', ALL, null), refusedModel('other_period', others))]),
    ...[...buyers].flatMap(([currency, sample]) => {
      const histories = sample.items;
      const { purchases, value } = modelBuyers(histories, { asOf: day, minorUnits: 10 ** (minorDigits(currency) ?? 0) });
      const first = firstOf(histories.flatMap(({ purchases: [earliest] }) => (earliest === undefined ? [] : [earliest.day])));
      const untested = { holdout: null, error: null };
      return [recordOf(about('bgnbd', ALL, currency, first), purchases), recordOf(about('gamma_gamma', ALL, currency, first), { ...value, ...untested })];
    }),
  ];
}

type Named = Pick<ModelRecord, 'brand' | 'model' | 'segment' | 'currency' | 'as_of' | 'observed_from'>;
/** A model as it is stored; amounts of purchases have no test of their own. */
type Stored = Pick<Model<string>, 'customers' | 'holdout' | 'error' | 'refused'> & { readonly fit?: Fit<string> };

function recordOf(about: Named, model: Stored): ModelRecord {
  const { customers, holdout, error, refused, fit } = model;
  const parameters = fit === undefined ? null : JSON.stringify(Object.fromEntries(Object.entries(fit.parameters).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))])));
  return {
    ...about,
    model_id: internalId(about.brand, about.model, about.segment, about.currency, String(about.as_of), parameters ?? String(refused)),
    parameters,
    customers,
    log_likelihood: fit === undefined ? null : fit.logLikelihood.toFixed(4),
    holdout_predicted: holdout === null ? null : holdout.predicted.toFixed(4),
    holdout_actual: holdout === null ? null : holdout.actual,
    error: error === null ? null : error.toFixed(6),
    refused,
  };
}

function firstOf(days: readonly LocalDate[]): LocalDate | null {
  return days.reduce<LocalDate | null>((first, day) => (first === null || day < first ? day : first), null);
}
