import type { ReportPage } from '../declare/page.ts';
import type { ReadPage } from '../write/read-page.ts';
import { flagged } from './flagged.ts';
import { failedRuns } from './failed-runs.ts';
import { freshness } from './freshness.ts';
import { news } from './news.ts';
import { steps } from './steps.ts';

/** The page that leads to the others: what is flagged and new, how fresh everything is, and what failed. */
export function overviewPage(pages: readonly ReadPage[]): ReportPage {
  return {
    name: 'index',
    title: 'How is the business doing?',
    question: 'What needs a look, what is new since the last report, and the figures of each page on one sheet.',
    headline: () => Promise.resolve([]),
    sections: [flagged(pages), news, freshness, steps, failedRuns],
  };
}
