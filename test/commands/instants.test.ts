import { beforeAll, describe, expect, test } from '@jest/globals';

import { systemClock } from '../../src/core/time.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { migrate, newDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { BRANDS } from '../support/stages/enrich.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { importLake } from '../support/stages/import.ts';
import { csv, hexId, testLake } from '../support/lakes/lake.ts';

/** An instant as the databases hold it. */
const STORED = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}/;
const ISO = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(\d{3})?Z/;

describe('instants', () => {
  let suite: TestDatabase;
  let place: Workspace;
  beforeAll(async () => {
    suite = await newDatabase('sqlite');
    await migrate(suite.database);
    const lake = testLake();
    const row = { Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR', Status: 'Active', Deleted: 'false', UpdatedDate: '2026-03-01 02:00:00' };
    lake.write('account', '20260301T050000Z', csv([row, { ...row, Id: hexId(2), Currency: 'Euro', UpdatedDate: '2026-03-01T02:00:00Z' }]));
    lake.write('account', '20260302T050000Z', csv([{ ...row, Status: 'Canceled', Deleted: 'true', UpdatedDate: '2026-03-02 02:00:00.000250' }]));
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
    await importLake(suite.database, lake, systemClock, { brands: BRANDS, entities: billingEntities, rejectLimit: parseRejectLimit('2') });
    await suite.database.write(async (tx) => {
      const at = '2026-03-01 02:00:00.000000';
      await tx('relays').insert({
        ...{ relay_id: `rel_${'0'.repeat(32)}`, destination: 'crm', kind: 'order.assembled', brand: 'alpina', subject_id: 'ord_1', version: 1, person_id: null, dedupe_key: 'a' },
        ...{ payload: '{}', has_body: 1, bucket: 1, state: 'dead', attempts: 1, tries: 1, next_attempt_at: at, created_at: at, ended_at: at },
      });
      await tx('suppressions').insert({ email_sha256: '0'.repeat(64), person_id: '0'.repeat(32), reason: 'objection', created_at: at });
    });
  });

  const commands: [string, ...string[]][] = [
    ['runs', 'list'],
    ['runs', 'trends'],
    ['quarantine', 'show', 'ID'],
    ['audit', 'account', hexId(1)],
    ['relays', 'list'],
    ['relays', 'show', `rel_${'0'.repeat(32)}`],
    ['suppressions', 'list'],
    ['migrate', 'status'],
    ['purge', '--dry-run'],
    ['resend-relays', '--from', '2026-03-01', '--dry-run'],
  ];

  test.each(commands)('of hub %s %s are in ISO 8601 with Z, as text and as data', async (...words) => {
    const id = words.includes('ID') ? await firstReject() : '';
    const args = words.map((word) => (word === 'ID' ? id : word));
    const [text, data] = await Promise.all([place.hub(args), place.hub([...args, '--output', 'json'])]);
    for (const result of [text, data]) expect(result).toMatchObject({ code: 0, stderr: '', stdout: expect.not.stringMatching(STORED) });
    expect(data.stdout).toMatch(ISO);
  });

  test('of quarantine list and runs show are too', async () => {
    const list = await place.hub(['quarantine', 'list', '--output', 'json']);
    expect((list.json() as { rows: Record<string, unknown>[] }).rows[0]?.['rejected_at']).toMatch(ISO);
    const runs = (await place.hub(['runs', 'list', '--output', 'json'])).json() as { run_id: string }[];
    const shown = await place.hub(['runs', 'show', runs[0]?.run_id ?? '', '--output', 'json']);
    expect(shown.json()).toMatchObject({ started_at: expect.stringMatching(ISO), finished_at: expect.stringMatching(ISO) });
    expect(shown.stdout).not.toMatch(STORED);
  });

  test('of an audit keep their microseconds, with which rows compete', async () => {
    const text = await place.hub(['audit', 'account', hexId(1)]);
    expect(text.stdout).toContain('updated_date: 2026-03-01T02:00:00.000Z → 2026-03-02T02:00:00.000250Z');
    const { rows, changes } = (await place.hub(['audit', 'account', hexId(1), '--output', 'json'])).json() as { rows: unknown[]; changes: unknown[] };
    expect(rows[0]).toMatchObject({ updated_date: '2026-03-02T02:00:00.000250Z' });
    expect(changes.at(-1)).toMatchObject({ at: expect.stringMatching(ISO) });
    // The tables stay as they are.
    expect(await suite.database.read((knex) => knex('raw_accounts').pluck('updated_date'))).toEqual(['2026-03-02 02:00:00.000250']);
  });

  async function firstReject(): Promise<string> {
    const { rows } = (await place.hub(['quarantine', 'list', '--output', 'json'])).json() as { rows: { rejected_id: string }[] };
    return rows[0]?.rejected_id ?? '';
  }
});
