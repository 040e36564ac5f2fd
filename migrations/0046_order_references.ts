import type { Migration } from '../src/db/migrator.ts';
import { addIndex, dropIndex, replaceIndex } from '../src/db/schema.ts';

const REFERENCES = ['brand', 'order_reference'];
const NAMES = ['brand', 'order_name'];
/** Nothing looks a shop's order up by it: its key says the same. */
const IDS = ['brand', 'account', 'order_id'];

/** How orders of billing and orders of shops find each other: by the reference of the one, which is the name or id of the other. */
export const orderReferences: Migration = {
  name: '0046_order_references',
  async up(kit) {
    await addIndex(kit, 'orders', REFERENCES, ['order_reference']);
    await replaceIndex(kit, 'shop_orders', IDS, NAMES, ['order_name']);
  },
  async down(kit) {
    await replaceIndex(kit, 'shop_orders', NAMES, IDS);
    await dropIndex(kit, 'orders', REFERENCES);
  },
};
