import { toMinor } from '../../core/money.ts';

/** Reads amounts of one person; what cannot be read is counted, not guessed. */
export class Money {
  /** Amounts without a known currency, or too large to be exact. */
  unreadable = 0;

  /** An amount in the minor unit of its currency; null if there is none. */
  of(decimal: string | null, currency: string | null): number | null {
    if (decimal === null) return null;
    const amount = currency === null ? undefined : toMinor(decimal, currency);
    if (amount !== undefined) return amount;
    this.unreadable++;
    return null;
  }
}
