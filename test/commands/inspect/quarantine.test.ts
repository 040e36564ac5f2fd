import { expect, test } from '@jest/globals';

import { systemClock } from '../../../src/core/time.ts';
import { billingEntities } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { BRANDS } from '../../support/stages/enrich.ts';
import { workspace, type Workspace } from '../../support/program/hub.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, hexId, testLake } from '../../support/lakes/lake.ts';

interface Row {
  rejected_id: string;
  status: string;
  code: string;
}

const BATCH = '20260301T050000Z';

describeEachDatabase('the quarantine', (suite) => {
  test('lists a rejected row, shows it with its text and the next step, and takes it back corrected', async () => {
    const place = await withRejects(suite);
    const list = await place.hub(['quarantine', 'list']);
    expect(list.stdout).toMatch(/^alpina +account +invalid_value +Currency +2$/m);
    expect(list.stdout).toContain('hub quarantine show <id>');
    expect(list.stdout).not.toContain('Euro');
    const { rejected_id: id } = await firstOpen(place);

    const shown = await place.hub(['quarantine', 'show', id.slice(0, 8)]);
    expect(shown.stdout).toMatch(/^reason +invalid_value in Currency: .*Found: "Euro"$/m);
    expect(shown.stdout).toContain(`hub quarantine replay ${id} --set Currency=<value>`);

    const dry = await place.hub(['quarantine', 'replay', id, '--set', 'Currency=EUR', '--dry-run']);
    expect(dry.stdout).toContain('1 row would be stored, 0 stay in quarantine.');
    expect(await accounts(suite)).toBe(1);
    const replayed = await place.hub(['quarantine', 'replay', id, '--set', 'Currency=EUR']);
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    expect(replayed.stdout).toContain('1 row stored, 0 stay in quarantine.');
    expect(await accounts(suite)).toBe(2);
    const again = await place.hub(['quarantine', 'show', id]);
    expect(again.stdout).toMatch(/^status +replayed, rejected \S+ by run \S+, replayed \S+ by run \S+$/m);
  });

  test('keeps what does not parse, and closes what nobody wants', async () => {
    const place = await withRejects(suite);
    const all = await place.hub(['quarantine', 'replay', '--all']);
    expect(all).toMatchObject({ code: 3, stderr: '' });
    expect(all.stdout).toContain('0 rows stored, 2 stay in quarantine.');
    expect(all.stdout).toContain('\n\nNothing was stored: none of the 2 rows fits the contract.\nSee a row and its reason with hub quarantine show <id>; correct it with hub quarantine replay <id> --set');
    const discarded = await place.hub(['quarantine', 'discard', '--all', '--entity', 'account']);
    expect(discarded.stdout).toBe('2 rows discarded.\n');
    expect((await place.hub(['quarantine', 'list'])).stdout).toBe('There are no open rows in quarantine.\n');
    const closed = (await place.hub(['quarantine', 'list', '--status', 'discarded', '--output', 'json'])).json() as { rows: Row[] };
    expect(closed.rows).toHaveLength(2);
    const run = (await place.hub(['runs', 'list', '--command', 'quarantine-discard', '--output', 'json'])).json() as { run_id: string }[];
    expect((await place.hub(['runs', 'show', run[0]?.run_id ?? ''])).stdout).toMatch(/^totals +discarded=2$/m);
  });

  test('that has nothing to replay says so and what to do, and ends with 3; an id that is not there is a usage error', async () => {
    const place = await withRejects(suite);
    const filtered = await place.hub(['quarantine', 'replay', '--all', '--brand', 'belmont']);
    expect(filtered).toMatchObject({ code: 3, stderr: '', stdout: '0 rows stored, 0 stay in quarantine.\n\nNothing was stored: no open row lies in quarantine that the filters leave.\nhub quarantine list\n' });
    const unknown = await place.hub(['quarantine', 'replay', 'ffff']);
    expect([unknown.code, unknown.log()[0]?.code]).toEqual([2, 'reject_unknown']);
    await place.hub(['quarantine', 'discard', '--all']);
    const empty = await place.hub(['quarantine', 'replay', '--all', '--dry-run', '--output', 'json']);
    expect(empty.code).toBe(3);
    expect(empty.json()).toMatchObject({
      status: 'refused',
      totals: { read: 0, replayed: 0, still: 0 },
      problems: [{ code: 'nothing_to_replay', next: expect.stringContaining('nothing left to try again') }],
    });
  });

  test('of which a replay stores one row and refuses another ends with 3, and names the row that stays', async () => {
    const place = await withRejects(suite);
    const { rejected_id: id } = await firstOpen(place);
    // As after a fix of the contract: the text that is kept fits now.
    await suite.database.write((tx) => tx('rejected_rows').where({ rejected_id: id }).update({ raw: `${hexId(2)},A2,EUR` }));
    const result = await place.hub(['quarantine', 'replay', '--all', '--output', 'json']);
    expect(result.code).toBe(3);
    expect(result.json()).toMatchObject({ status: 'refused', totals: { read: 2, replayed: 1, still: 1 }, warnings: [] });
    const { problems, run_id: run } = result.json() as { problems: Record<string, unknown>[]; run_id: string };
    const { rejected_id: left } = await firstOpen(place);
    expect(problems).toEqual([{
      ...{ code: 'invalid_value', brand: 'alpina', stream: 'account', batch: BATCH, file: 'part-0.csv', line: expect.any(Number), column: 'Currency' },
      message: expect.stringMatching(/^alpina account 20260301T050000Z: the row in part-0\.csv line \d is refused again as invalid_value in Currency$/),
      next: `hub quarantine replay ${left} --set Currency=<value>`,
    }]);
    const shown = await place.hub(['runs', 'show', run]);
    expect(shown.stdout).toContain(`Problems:\n  invalid_value: alpina account ${BATCH}: the row in part-0.csv line`);
    expect(shown.stdout).toContain(`    next: hub quarantine replay ${left} --set Currency=<value>\n`);
    expect(shown.stdout).not.toContain('Euro');
  });

  test('corrects only one row at a time, and only columns that it has', async () => {
    const place = await withRejects(suite);
    const { rejected_id: id } = await firstOpen(place);
    for (const [args, code] of [
      [['--all', '--set', 'Currency=EUR'], 'set_needs_one_row'],
      [[id, '--set', 'Currency'], 'invalid_set'],
      [[id, '--set', 'Currencies=EUR'], 'column_unknown'],
    ] as const) {
      const result = await place.hub(['quarantine', 'replay', ...args]);
      expect(result.code).toBe(2);
      expect(result.log()[0]).toMatchObject({ code });
    }
  });
});

describeEachDatabase('the audit of a record', (suite) => {
  test('shows how it came and each change with old and new value', async () => {
    await suite.empty();
    const lake = testLake();
    const row = { Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR', Status: 'Active', UpdatedDate: '2026-03-01 04:00:00' };
    lake.write('account', BATCH, csv([row]));
    lake.write('account', '20260302T050000Z', csv([{ ...row, Status: 'Canceled', UpdatedDate: '2026-03-02 04:00:00' }]));
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
    await place.hub(['import-billing']);
    const audit = await place.hub(['audit', 'account', hexId(1)]);
    expect(audit).toMatchObject({ code: 0, stderr: '' });
    expect(audit.stdout).toMatch(/update raw\.account +\(run \S+\)\n +status: Active → Canceled\n/);
    expect(audit.stdout).toContain('now: as in batch 20260302T050000Z, row 1, UpdatedDate 2026-03-02T04:00:00.000Z');
    const data = (await place.hub(['audit', 'account', hexId(1), '--output', 'json'])).json() as { changes: { delta: unknown }[] };
    expect(data.changes[0]?.delta).toMatchObject({ status: ['Active', 'Canceled'] });
  });
});

async function withRejects(suite: TestDatabase): Promise<Workspace> {
  await suite.empty();
  const lake = testLake();
  const account = (number: number, currency: string) => ({ Id: hexId(number), AccountNumber: `A${number}`, Currency: currency });
  lake.write('account', BATCH, csv([account(1, 'EUR'), account(2, 'Euro'), account(3, 'Euro')]));
  const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: `file:${lake.root}` });
  const { report } = await importLake(suite.database, lake, systemClock, { brands: BRANDS, entities: billingEntities, rejectLimit: parseRejectLimit('2') });
  expect(report.status).toBe('succeeded');
  return place;
}

async function firstOpen(place: Workspace): Promise<Row> {
  const { rows } = (await place.hub(['quarantine', 'list', '--output', 'json'])).json() as { rows: Row[] };
  const [row] = rows;
  if (row === undefined) throw new Error('The quarantine is empty.');
  return row;
}

async function accounts(suite: TestDatabase): Promise<number> {
  const [row] = await suite.database.read((knex) => knex('raw_accounts').count({ rows: '*' }));
  return Number(row?.['rows']);
}
