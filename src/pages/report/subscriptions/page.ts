import { cohortSection } from '../cohorts/cohort-section.ts';
import type { ReportPage } from '../declare/page.ts';
import { restatedSection } from '../restated/restated-section.ts';
import { activeByClass, activeByMarket, knownEnds } from './active.ts';
import { subscriptionsHeadline } from './headline.ts';
import { movementsSection, waterfallSection } from './movements.ts';
import { mrrSection } from './mrr.ts';

/** What subscriptions bring in a month, what changes it, and how long they stay. */
export const subscriptionsPage: ReportPage = {
  name: 'subscriptions',
  title: 'Subscriptions',
  question: 'What do subscriptions bring in a month, what changes it, and how long do they stay?',
  headline: subscriptionsHeadline,
  sections: [
    mrrSection,
    waterfallSection,
    movementsSection,
    activeByClass,
    activeByMarket,
    cohortSection('logo', 'of_members', {
      name: 'logo-retention',
      title: 'Who is still there: retention of customers',
      definition: 'Of the customers whose first subscription began in a month, how many have MRR so many months later to the day. Who comes back counts again.',
      unit: 'share of members, by age in months',
    }),
    cohortSection('mrr', 'of_first', {
      name: 'mrr-retention',
      title: 'What is still billed: retention of MRR',
      definition: 'The MRR of the same customers so many months later, as a share of their MRR at age 0. Above 100 % they bill more than at first.',
      unit: 'share of the first MRR, by age in months',
    }),
    knownEnds,
    restatedSection([
      { table: 'metric_mrr_days', period: 'day', measures: ['mrr', 'new', 'reactivation', 'expansion', 'contraction', 'churn'], isMoney: true },
      { table: 'metric_active_days', period: 'day', measures: ['subscriptions', 'persons'], only: { market: '*', class: '*' }, isMoney: false },
    ]),
  ],
};
