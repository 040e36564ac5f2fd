import { expect, test } from '@jest/globals';

import type { LakeBatch } from '../../../src/lake/port/lake.ts';
import { stateOfBatch, type KnownBatch } from '../../../src/raw/import/batch-state.ts';
import { batchOf } from '../../support/lakes/lake.ts';

const feed = { source: 'billing', entity: 'invoice', brand: 'alpina' } as const;
const batch = (changes: Partial<LakeBatch> = {}): LakeBatch => ({ feed, batch: batchOf('20260301T230000Z'), files: 2, bytes: 90, fingerprint: 'now', ...changes });
const known = (changes: Partial<KnownBatch> = {}): KnownBatch => ({ status: 'finished', attempts: 1, files: 2, bytes_scanned: 90, fingerprint: 'now', ...changes });
/** As Athena lists it: only the fingerprint, if that. */
const ofAthena = (fingerprint?: string): LakeBatch => ({ feed, batch: batchOf('20260301T230000Z'), ...(fingerprint === undefined ? {} : { fingerprint }) });

test.each<[string, LakeBatch, KnownBatch | undefined, string]>([
  ['that the history does not have', batch(), undefined, 'new'],
  ['that was refused', batch(), known({ status: 'refused' }), 'new'],
  ['with the files that were read', batch(), known(), 'stored'],
  ['with other files', batch({ fingerprint: 'other' }), known(), 'changed'],
  ['from before files were remembered, as it was read', batch(), known({ fingerprint: null }), 'unmarked'],
  ['from before, with a file more', batch({ files: 3 }), known({ fingerprint: null }), 'changed'],
  ['from before, with other bytes', batch({ bytes: 91 }), known({ fingerprint: null }), 'changed'],
  ['whose files cannot be seen', ofAthena(), known(), 'stored'],
  ['from before, whose files cannot be seen', ofAthena(), known({ fingerprint: null }), 'stored'],
  ['from before, whose size is not known', ofAthena('now'), known({ fingerprint: null, bytes_scanned: 4_096 }), 'unmarked'],
  ['whose files are seen again', ofAthena('other'), known(), 'changed'],
])('a batch %s', (_title, listed, history, state) => expect(stateOfBatch(listed, history)).toBe(state));
