import type { LocalDate } from '../../core/time.ts';
import { holdoutDay } from './holdout-day.ts';
import { refusedModel, testedModel, type Model } from './model.ts';
import { refusalOfContracts, type Holdout } from './refusal.ts';
import { sampleByHash } from './sample.ts';
import { fitSbg, survival, type SbgParameters } from './sbg.ts';
import { completedPeriods, spellAt, type Spell } from './spell.ts';
import { weigh } from './weigh.ts';

/** What the model is fitted at: the renewal period in months, and the last day that is known. */
interface ContractTerms {
  readonly months: number;
  readonly asOf: LocalDate;
}

/** The sBG model of first spells of one renewal period, with its test; those that begin after the day are not counted. */
export function modelContracts(spells: readonly Spell[], { months, asOf }: ContractTerms): Model<'alpha' | 'beta'> {
  const sample = sampleByHash(spells.filter(({ from }) => from <= asOf));
  const seen = sample.map((spell) => spellAt(spell, months, asOf));
  const firstDay = sample.reduce<LocalDate>((earliest, { from }) => (from < earliest ? from : earliest), asOf);
  const enough = { customers: sample.length, lost: seen.filter(({ lost }) => lost).length, renewals: completedPeriods(firstDay, asOf, months) };
  const refused = refusalOfContracts(enough);
  if (refused !== undefined) return refusedModel(refused, sample.length);
  const fit = fitSbg(weigh(seen));
  const cut = holdoutDay(firstDay, asOf);
  const earlier = sample.filter(({ from }) => from <= cut);
  const refitted = fitSbg(weigh(earlier.map((spell) => spellAt(spell, months, cut))));
  if (fit === undefined || refitted === undefined) return refusedModel('no_convergence', sample.length);
  return testedModel(fit, sample.length, survivors(refitted.parameters, earlier, cut, { months, asOf }));
}

/** Of those who were there on the cut, how many should and how many do survive to the last day. */
function survivors(parameters: SbgParameters, earlier: readonly Spell[], cut: LocalDate, { months, asOf }: ContractTerms): Holdout {
  const there = earlier.filter(({ churned }) => churned === null || churned > cut);
  const ages = weigh(there.map(({ from }) => ({ then: completedPeriods(from, cut, months), now: completedPeriods(from, asOf, months) })));
  return {
    predicted: ages.reduce((sum, { then, now, customers }) => sum + (customers * survival(parameters, now)) / survival(parameters, then), 0),
    actual: there.filter(({ churned }) => churned === null || churned > asOf).length,
  };
}
