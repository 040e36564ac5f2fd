import { problem, type Problem } from '../../core/problem.ts';
import { firstOf } from '../../core/text/first-of.ts';
import type { Fault } from './fault.ts';

/** An account whose person could not be decided: what is stored of it stays, and the next run tries again. */
export interface UndecidableAccount {
  readonly brand: string;
  readonly accountId: string;
  readonly fault: Fault;
}

const MOST_SHOWN = 20;
const REPORT_IT = 'Nothing, if the facts are mended in billing: each run tries again. Else report it as a fault of hub, with the log of the run.';

/** What the report of a stage says of those who could not be decided. */
export function undecidableReport(accounts: readonly UndecidableAccount[]): {
  readonly status: 'succeeded' | 'refused';
  readonly totals: { readonly undecidable: number; readonly undecidable_accounts: readonly Readonly<Record<string, string>>[] };
  readonly problems: readonly Problem[];
} {
  const { shown, more } = firstOf(accounts, MOST_SHOWN);
  return {
    status: accounts.length > 0 ? 'refused' : 'succeeded',
    totals: {
      undecidable: accounts.length,
      undecidable_accounts: shown.map(({ brand, accountId, fault }) => ({ entity: 'account', brand, id: accountId, reason: fault.reason })),
    },
    problems: [
      ...shown.map(({ brand, accountId, fault }) => {
        const message = `undecidable: account ${accountId} of ${brand}: ${fault.reason}; its records stay as they were, and the next run tries again`;
        return problem('undecidable', message, { brand, stream: 'account', next: REPORT_IT });
      }),
      ...(more > 0 ? [problem('undecidable', `undecidable: ${more} more accounts (table undecidable)`, { stream: 'account', next: REPORT_IT })] : []),
    ],
  };
}
