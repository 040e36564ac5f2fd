import type { Fault } from './fault.ts';

/** An account whose person could not be decided: what is stored of it stays, and the next run tries again. */
export interface UndecidableAccount {
  readonly brand: string;
  readonly accountId: string;
  readonly fault: Fault;
}

const MOST_SHOWN = 20;

/** What the report of a stage says of those who could not be decided. */
export function undecidableReport(accounts: readonly UndecidableAccount[]): {
  readonly status: 'succeeded' | 'refused';
  readonly totals: { readonly undecidable: number; readonly undecidable_accounts: readonly Readonly<Record<string, string>>[] };
  readonly warnings: readonly string[];
} {
  const shown = accounts.slice(0, MOST_SHOWN);
  const more = accounts.length - shown.length;
  return {
    status: accounts.length > 0 ? 'refused' : 'succeeded',
    totals: {
      undecidable: accounts.length,
      undecidable_accounts: shown.map(({ brand, accountId, fault }) => ({ entity: 'account', brand, id: accountId, reason: fault.reason })),
    },
    warnings: [
      ...shown.map(({ brand, accountId, fault }) => `undecidable: account ${accountId} of ${brand}: ${fault.reason}; its records stay as they were, and the next run tries again`),
      ...(more > 0 ? [`undecidable: ${more} more accounts (table undecidable)`] : []),
    ],
  };
}
