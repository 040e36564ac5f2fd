import { column, type Entity } from '../contract/contract.ts';
import { newest } from '../contract/keeping.ts';

const MOST_KEY = 64;

/** Records of streams that have no contract, as those of Singer taps: all of the record as text. */
export const sourceRecords: Entity = {
  name: 'record',
  feed: 'sources',
  keeping: newest,
  table: 'raw_records',
  description: 'A record of a stream without a contract, as from a Singer tap. May hold personal data.',
  columns: [
    { name: 'key', sql: 'source_id', ...column('id', { required: true, foreign: MOST_KEY, note: 'Account, source, stream and key joined by slashes, or a hash of them; of a stream without keys a hash of the record.' }) },
    { name: 'account', sql: 'account', ...column('id', { required: true, foreign: MOST_KEY }) },
    { name: 'source', sql: 'source', ...column('text', { required: true, note: 'The name that hub extract gave the tap.' }) },
    { name: 'stream', sql: 'stream', ...column('text', { required: true }) },
    { name: 'record', sql: 'record', ...column('text', { required: true, personal: true, long: true, note: 'JSON as the tap wrote it.' }) },
    { name: '_sdc_deleted', sql: 'deleted', ...column('boolean') },
    { name: 'updated_date', sql: 'updated_date', ...column('instant', { note: 'Empty: a tap tells no version, so the later batch wins.' }) },
  ],
  derived: [],
  indexes: [],
  owners: [],
  record: {
    platform: '',
    stream: '',
    key: [],
    fields: [{ paths: [], form: 'source' }, { paths: [], form: 'stream' }, { paths: [], form: 'record' }, { paths: ['_sdc_deleted'] }, { paths: [] }],
  },
};
