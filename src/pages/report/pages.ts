import { ltvPage } from './ltv/page.ts';
import type { ReportPage } from './declare/page.ts';
import { marginPage } from './margin/page.ts';
import { marketingPage } from './marketing/page.ts';
import { revenuePage } from './revenue/page.ts';
import { stockPage } from './stock/page.ts';
import { subscriptionsPage } from './subscriptions/page.ts';
import { weekPage } from './week/page.ts';

/** All pages, in the order of the report. */
export const reportPages: readonly ReportPage[] = [weekPage, revenuePage, subscriptionsPage, marketingPage, marginPage, stockPage, ltvPage];
