import { queueMissing, type PersonQueue, type PersonSelection } from '../../engine/stage/person-queue.repository.ts';

/**
 * Queues the buyers of shops that a selection is about: those whose orders or sales changed are taken up by the table of changes,
 * as everybody else. A choice of accounts is one of billing's.
 */
export async function queueBuyers(queue: PersonQueue, selection: PersonSelection): Promise<void> {
  const buyers = 'select distinct buyer_id as person_id from shop_orders where buyer_id is not null';
  if (selection.kind === 'all') await queueMissing(queue, buyers, []);
  if (selection.kind !== 'some' || selection.chosen.accounts !== undefined) return;
  const { brands, range } = selection.chosen;
  const ofBrands = `${buyers} and brand in (${brands.map(() => '?').join(',')})`;
  if (range === undefined) await queueMissing(queue, ofBrands, brands);
  else await queueMissing(queue, `${ofBrands} and ordered_on >= ? and ordered_on < ?`, [...brands, range.from, range.to]);
}
