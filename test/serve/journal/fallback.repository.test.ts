import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { systemClock } from '../../../src/core/time.ts';
import { storeFallback } from '../../../src/serve/journal/fallback.repository.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

describeEachDatabase('records that no segment took', (suite) => {
  test('are stored as lines of a part, and once', async () => {
    const values = [{ kind: 'lead', lead_id: 'lead_1', name: 'Zoë 😀' }, { kind: 'visit', lead_id: 'visit_1' }];
    await storeFallback(suite.database, values.map(encodeRecord), systemClock);
    await storeFallback(suite.database, values.slice(0, 1).map(encodeRecord), systemClock);
    const rows = await suite.database.read((knex) => knex<{ record_hash: string; body: string }>('intake_fallback').select('record_hash', 'body'));
    const expected = values.map((value) => JSON.stringify(value)).map((body) => ({ record_hash: sha256Hex(body), body }));
    expect(new Set(rows.map((row) => JSON.stringify({ ...row })))).toEqual(new Set(expected.map((row) => JSON.stringify(row))));
  });
});
