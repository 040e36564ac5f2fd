import type { Migration } from '../src/db/migrator.ts';
import { replaceIndex } from '../src/db/schema.ts';

const BY_ID = ['entity_id', 'entity', 'brand'];
const BY_RECORD = ['entity', 'brand', 'entity_id'];

/**
 * What is written at once is of one entity and brand. Ids are random, so an index that begins with them is written all
 * over for each batch, the slower the more history there is; this one is written in the range of the entity and brand.
 */
export const auditIndex: Migration = {
  name: '0010_audit_index',
  async up(kit) {
    await replaceIndex(kit, 'audit_log', BY_ID, BY_RECORD);
  },
  async down(kit) {
    await replaceIndex(kit, 'audit_log', BY_RECORD, BY_ID);
  },
};
