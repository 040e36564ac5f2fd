import { ltvPage } from './ltv/page.ts';
import type { ReportPage } from './declare/page.ts';
import { revenuePage } from './revenue/page.ts';
import { subscriptionsPage } from './subscriptions/page.ts';

/** All pages, in the order of the report. */
export const reportPages: readonly ReportPage[] = [revenuePage, subscriptionsPage, ltvPage];
