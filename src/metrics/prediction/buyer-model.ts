import { daysBetween, type LocalDate } from '../../core/time.ts';
import { expectedPurchases, fitBgNbd, type BgNbdParameters } from './bg-nbd.ts';
import { correlationOf } from './correlation.ts';
import { fitGammaGamma } from './gamma-gamma.ts';
import { holdoutDay } from './holdout-day.ts';
import type { Fit } from './maximise.ts';
import { refusedModel, testedModel, type Model } from './model.ts';
import { buyerAt, type PurchaseHistory } from './purchases.ts';
import { refusalOfBuyers, refusalOfValue, type Holdout, type RefusalReason } from './refusal.ts';
import { sampleByHash } from './sample.ts';
import { weigh } from './weigh.ts';

/** Customers are those who came back: the others say nothing of amounts. */
type ValueModel = { readonly customers: number } & ({ readonly refused: null; readonly fit: Fit<'p' | 'q' | 'gamma'> } | { readonly refused: RefusalReason });

/** How often one-off buyers come back, and what a purchase of theirs is worth; values are refused with the former. */
interface BuyerModels {
  readonly purchases: Model<'r' | 'alpha' | 'a' | 'b'>;
  readonly value: ValueModel;
}

/**
 * The BG/NBD and Gamma-Gamma models of one-off buyers of one currency, with their test.
 * @param minorUnits of a major unit: amounts are modelled in major units
 */
export function modelBuyers(histories: readonly PurchaseHistory[], { asOf, minorUnits }: { readonly asOf: LocalDate; readonly minorUnits: number }): BuyerModels {
  const sample = sampleByHash(histories.filter((history) => buyerAt(history, asOf) !== undefined));
  const buyers = sample.flatMap((history) => buyerAt(history, asOf) ?? []);
  const purchases = modelPurchases(sample, asOf);
  const customers = buyers.filter(({ x }) => x > 0).length;
  if (purchases.refused !== null) return { purchases, value: { refused: purchases.refused, customers } };
  const amounts = weigh(buyers.filter(({ x }) => x > 0).map(({ x, m }) => ({ x, m: m / minorUnits })));
  const refused = refusalOfValue(correlationOf(amounts));
  const fit = refused === undefined ? fitGammaGamma(amounts) : undefined;
  return { purchases, value: fit === undefined ? { refused: refused ?? 'no_convergence', customers } : { refused: null, customers, fit } };
}

function modelPurchases(sample: readonly PurchaseHistory[], asOf: LocalDate): BuyerModels['purchases'] {
  const now = recencies(sample, asOf);
  const firstDay = sample.reduce<LocalDate>((earliest, { purchases: [first] }) => (first !== undefined && first.day < earliest ? first.day : earliest), asOf);
  const refused = refusalOfBuyers({ customers: sample.length, repeaters: now.filter(({ x }) => x > 0).length, weeks: daysBetween(firstDay, asOf) / 7 });
  if (refused !== undefined) return refusedModel(refused, sample.length);
  const fit = fitBgNbd(weigh(now));
  const cut = holdoutDay(firstDay, asOf);
  const refitted = fitBgNbd(weigh(recencies(sample, cut)));
  if (fit === undefined || refitted === undefined) return refusedModel('no_convergence', sample.length);
  return testedModel(fit, sample.length, repeatPurchases(refitted.parameters, sample, cut, asOf));
}

/** What those who had bought before the cut should have bought since, and what they did. */
function repeatPurchases(parameters: BgNbdParameters, sample: readonly PurchaseHistory[], cut: LocalDate, asOf: LocalDate): Holdout {
  const weeks = daysBetween(cut, asOf) / 7;
  const known = sample.filter(({ purchases: [first] }) => first !== undefined && first.day <= cut);
  return {
    predicted: weigh(recencies(known, cut)).reduce((sum, row) => sum + row.customers * expectedPurchases(parameters, row, weeks), 0),
    actual: known.reduce((sum, { purchases }) => sum + purchases.filter(({ day }) => day > cut && day <= asOf).length, 0),
  };
}

function recencies(histories: readonly PurchaseHistory[], day: LocalDate) {
  return histories.flatMap((history) => {
    const { x, tx, T } = buyerAt(history, day) ?? { x: 0, tx: 0, T: -1 };
    return T < 0 ? [] : [{ x, tx, T }];
  });
}
