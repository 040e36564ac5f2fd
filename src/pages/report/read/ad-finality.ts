import type { Transaction } from '../../../db/database.ts';
import type { View } from '../declare/page.ts';
import { readFinalUntil } from './marketing.repository.ts';

/** Until when ad figures will not change, in words: every part of a page that stands on them says it. */
export async function adFinality(tx: Transaction, { brands }: Pick<View, 'brands'>): Promise<string> {
  const found = await readFinalUntil(tx, brands);
  if (found === undefined) return 'There are no ad days of these brands.';
  const until = found.finalUntil === null ? 'No day is final yet' : `Final until ${found.finalUntil}`;
  return `${until}: later days can still change, as platforms attribute late. The newest day is ${found.newest}.`;
}
