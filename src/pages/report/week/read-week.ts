import type { Transaction } from '../../../db/database.ts';
import type { Digest } from '../../../digest/digest.ts';
import { readDigest } from '../../../digest/read-digest.ts';
import { lastCompleteWeek } from '../../../digest/week.ts';
import { scopesOf, type View } from '../declare/page.ts';

/** What was read within a snapshot: all sections of the page show the same digest. */
const known = new WeakMap<Transaction, Map<string, Digest>>();

/** The last complete week of all brands and of each, as the mail of Monday tells it. */
export async function readWeeks(tx: Transaction, view: View): Promise<Digest[]> {
  const digests = known.get(tx) ?? new Map<string, Digest>();
  known.set(tx, digests);
  const week = lastCompleteWeek(view.asOf);
  for (const scope of scopesOf(view)) if (!digests.has(scope)) digests.set(scope, await readDigest(tx, scope, week));
  return scopesOf(view).flatMap((scope) => digests.get(scope) ?? []);
}

/** The digests that lists are of: that of all brands names each of them. */
export async function readLists(tx: Transaction, view: View): Promise<Digest[]> {
  const [first, ...others] = await readWeeks(tx, view);
  if (first === undefined) return [];
  return first.scope === '*' ? [first] : [first, ...others];
}

/** Which week it is, in words. */
export function weekText(view: View): string {
  const { name, from, to } = lastCompleteWeek(view.asOf);
  return `Week ${name}, Monday ${from} to Sunday ${to}.`;
}
