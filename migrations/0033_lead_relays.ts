import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropIndex, dropTable, replaceIndex, type TableSpec } from '../src/db/schema.ts';

const leadRelayTable: TableSpec = {
  name: 'lead_relays',
  columns: {
    brand: 'key!', lead_id: 'key!', destination: 'key!', kind: 'key!', person_id: 'key!', received_at: 'instant!',
    relay_id: 'key', reason: 'key', checksum: 'hash!', created_run: 'key!', updated_at: 'instant!',
    change_no: 'integer!',
  },
  primaryKey: ['brand', 'lead_id', 'destination', 'kind'],
  indexes: [['person_id']],
};

/** The snapshot of the server looks for who has changed. */
const LOOKED_AT = ['contacts', 'email_subscribers'];
const BY_CHANGE = ['change_no'];
/** Names an index that there is not. */
const NONE = ['none'];

/** What became of a lead at each destination (serve specification, "Relays"); and contacts and subscribers by their changes. */
export const leadRelays: Migration = {
  name: '0033_lead_relays',
  async up(kit) {
    await createTable(kit, leadRelayTable);
    for (const table of LOOKED_AT) await replaceIndex(kit, table, NONE, BY_CHANGE);
  },
  async down(kit) {
    for (const table of LOOKED_AT) await dropIndex(kit, table, BY_CHANGE);
    await dropTable(kit, leadRelayTable.name);
  },
};
