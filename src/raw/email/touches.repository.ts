import type { TableSpec } from '../../db/schema.ts';

/**
 * What newly stored events mean for a person or a contact: written with the events, taken off by the fold of the
 * subscribers. The bucket comes first in the key: touches of near persons stand together, and contacts before persons.
 */
export const emailTouches: TableSpec = {
  name: 'email_touches',
  columns: {
    brand: 'key!',
    bucket: 'key!',
    change_no: 'integer!',
    event: 'key!',
    lake_batch: 'key!',
    lake_row: 'integer!',
    subject: 'key!',
    email_md5: 'key',
    first_at: 'instant',
    last_at: 'instant',
    reason: 'key',
  },
  primaryKey: ['brand', 'bucket', 'change_no', 'event', 'lake_batch', 'lake_row', 'subject'],
};
