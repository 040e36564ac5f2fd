import { cohortSection } from '../cohorts/cohort-section.ts';
import { restatedSection } from '../restated/restated-section.ts';
import type { ReportPage } from '../declare/page.ts';
import { campaigns } from './campaigns.ts';
import { ltvCurve } from './curve.ts';
import { ltvBy } from './dimensions.ts';
import { ltvHeadline } from './headline.ts';
import { modelTests, predictedValues } from './predicted.ts';

const SINCE = 'Net revenue of a customer from the first invoice above 0 up to an age in months.';

/** What customers are worth, by when and how they came. */
export const ltvPage: ReportPage = {
  name: 'ltv',
  title: 'Lifetime value',
  question: 'What is a customer worth, by when and how they came, and what will they bring?',
  headline: ltvHeadline,
  sections: [
    ltvCurve,
    cohortSection('ltv', 'per_member', {
      name: 'ltv-cohorts',
      title: 'Lifetime value by month of the first purchase',
      definition: `${SINCE} Members are the customers whose first invoice above 0 is of that month and currency.`,
      unit: 'amounts of the currency per member, tax excluded, up to an age in months',
    }),
    ltvBy('channel', 'ltv-by-channel', 'Lifetime value by channel', 'Channel', `${SINCE} The channel is that of the campaign of the first purchase.`),
    ltvBy('first_sku', 'ltv-by-first-product', 'Lifetime value by first product', 'First product', `${SINCE} The first product is the line with the largest amount of the first invoice.`),
    ltvBy('first_class', 'ltv-by-first-class', 'Lifetime value by class of the first subscription', 'Class', `${SINCE} The class is that of the chain of the first invoice.`),
    ltvBy('market', 'ltv-by-market', 'Lifetime value by market', 'Market', SINCE),
    cohortSection('purchases', 'of_members', {
      name: 'purchase-retention',
      title: 'Who buys again, by month of the first purchase',
      definition: 'Of the customers whose first invoice above 0 is of a month, how many have an invoice above 0 at that age. Who comes back counts again.',
      unit: 'share of members, by age in months',
    }),
    campaigns,
    predictedValues,
    modelTests,
    restatedSection([{ table: 'metric_cohorts', period: 'cohort', measures: ['amount'], isCells: true, only: { dimension: 'all' }, isMoney: true }], 'Cohort'),
  ],
};
