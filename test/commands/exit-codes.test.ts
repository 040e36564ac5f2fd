import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { describeMysql } from '../support/databases/databases.ts';
import { workspace } from '../support/program/hub.ts';
import { csv, hexId, testLake } from '../support/lakes/lake.ts';

const BATCH = '20260301T050000Z';
const IMPORT = ['import-billing', '--brand', 'alpina', '--entity', 'account'];

describe('exit code 2, usage', () => {
  const wrong: [string, string[], string][] = [
    ['an unknown command', ['import-biling'], 'Did you mean import-billing?'],
    ['no command', [], 'No command is given.'],
    ['a group without its command', ['runs'], 'No command is given.'],
    ['an unknown option', ['import-billing', '--dry-rum'], 'Did you mean --dry-run?'],
    ['an argument too many', ['doctor', 'now'], 'too many arguments'],
    ['an unknown brand', ['import-billing', '--brand', 'delta'], 'There is no brand "delta".'],
    ['a brand without a name', ['import-billing', '--brand', ','], 'names nothing'],
    ['an unknown entity', ['import-billing', '--entity', 'invoices'], 'There is no entity "invoices" for this command.'],
    ['a shard out of range', ['import-billing', '--shard', '5/4'], '"5/4" is no shard.'],
    ['a date that does not exist', ['import-billing', '--from', '2026-02-30'], '"2026-02-30" is no date for --from.'],
    ['an empty range', ['import-billing', '--from', '2026-03-02', '--to', '2026-03-02'], 'The date range is empty'],
    ['a limit that is none', ['import-billing', '--max-rejects', 'few'], '"few" is no limit'],
    ['a wait that is none', ['import-billing', '--after', 'enrich', '--max-wait', 'long'], '"long" is no duration.'],
    ['a command to wait for that does not exist', ['enrich', '--after', 'import-biling', '--max-wait', '2h'], 'There is no command "import-biling" to wait for.'],
    ['a command that waits for itself', ['enrich', '--after', 'enrich'], 'A command cannot wait for itself.'],
    ['a form that is none', ['runs', 'list', '--output', 'xml'], 'Allowed choices are text, json'],
    ['an unknown run', ['runs', 'show', 'x'], 'There is no run "x".'],
    ['an unknown rejected row', ['quarantine', 'show', 'ffff'], 'There is no rejected row "ffff".'],
    ['no selection', ['quarantine', 'discard'], 'No rows are named.'],
    ['an unknown record', ['audit', 'invoice', hexId(1)], 'There is no invoice with the id'],
    ['a migration back without --yes', ['migrate', 'down'], 'deletes its tables'],
  ];

  test.each(wrong)('for %s, with one line that says what is wrong and one that says what to do', async (_title, args, message) => {
    const result = await workspace({ HUB_LAKE_URL: `file:${testLake().root}` }).hub(args);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
    const [line, ...more] = result.log();
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'error', message: expect.stringContaining(message), next: expect.stringMatching(/\w+/) });
  });
});

describe('exit code 2, configuration', () => {
  test('for a key that does not exist, naming file, line and key', async () => {
    const place = workspace();
    const file = join(place.folder, 'hub.config.yaml');
    writeFileSync(file, 'brands:\n  - id: alpina\n    name: Alpina\nimports:\n  max_reject: 2%\n');
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.log()[0]?.message).toContain(`${file}:5: "imports.max_reject"`);
  });

  test('for a file that is no YAML, naming the line', async () => {
    const place = workspace();
    appendFileSync(join(place.folder, 'hub.config.yaml'), '\nlake: [\n');
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.log()[0]?.message).toMatch(/hub\.config\.yaml:\d+: /);
  });

  test('if the configuration file is a folder', async () => {
    const place = workspace();
    const result = await place.hub(['doctor', '--config', place.folder]);
    expect(result.code).toBe(2);
    expect(result.log()).toEqual([expect.objectContaining({ code: 'config_unreadable' })]);
  });

  test('if no configuration file is found', async () => {
    const place = workspace();
    rmSync(join(place.folder, 'hub.config.yaml'));
    const result = await place.hub(['doctor']);
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'config_missing', next: expect.stringContaining('--config') });
  });

  test.each([
    ['a URL that is none', 'mysql://hub:s3cr3t@host:notaport/hub'],
    ['a database that hub does not know', 'postgres://hub:s3cr3t@host/hub'],
    ['no database name', 'mysql://hub:s3cr3t@host'],
  ])('for %s in HUB_DATABASE_URL, without showing the password', async (_title, url) => {
    const result = await workspace({ HUB_DATABASE_URL: url }).hub(['runs', 'list', '--log-level', 'debug']);
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'invalid_database_url' });
    expect(result.stdout + result.stderr).not.toContain('s3cr3t');
  });

  test('for a lake that is not there, naming the place', async () => {
    const place = workspace({ HUB_LAKE_URL: 'file:nowhere' });
    const result = await place.hub(IMPORT);
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'lake_missing', message: `There is no lake at ${join(place.folder, 'nowhere')}.` });
  });

  test('for a flag in the environment that says neither yes nor no', async () => {
    const result = await workspace({ HUB_DRY_RUN: 'perhaps' }).hub(IMPORT);
    expect(result.code).toBe(2);
    expect(result.log()[0]?.message).toContain('HUB_DRY_RUN must be true or false');
  });
});

describe('exit code 3', () => {
  test('if a batch is refused: nothing of it is stored, the other batches are', async () => {
    const lake = testLake();
    lake.write('account', BATCH, csv([{ Id: hexId(1), AccountNumber: 'A1' }]));
    lake.write('account', '20260302T050000Z', csv([{ Id: hexId(2), AccountNumber: 'A2', Currency: 'EUR' }]));
    const result = await workspace({ HUB_LAKE_URL: `file:${lake.root}` }).hub([...IMPORT, '--output', 'json']);
    expect(result.code).toBe(3);
    expect(result.json()).toMatchObject({ status: 'refused', totals: { batches: 1, refused: 1, inserted: 1 } });
    expect(result.log()).toEqual([expect.objectContaining({ level: 'error', code: 'missing_column', column: 'Currency' })]);
  });
});

describe('exit code 5', () => {
  test('if --after is not fresh within --max-wait, saying where to look', async () => {
    const place = workspace({ HUB_LAKE_URL: `file:${testLake().root}` });
    const result = await place.hub([...IMPORT, '--after', 'import-email', '--max-wait', '1s']);
    expect(result.code).toBe(5);
    expect(result.log()[0]).toMatchObject({ code: 'upstream_not_fresh', missing: 'alpina', next: expect.stringContaining('hub runs list --command import-email') });
  });
});

describe('exit code 6', () => {
  test('if the database cannot be reached, without showing the password', async () => {
    const place = workspace({ HUB_DATABASE_URL: 'mysql://hub:s3cr3t@127.0.0.1:1/hub', HUB_LAKE_URL: `file:${testLake().root}` });
    const result = await place.hub([...IMPORT, '--log-level', 'debug']);
    expect(result.code).toBe(6);
    expect(result.log()[0]).toMatchObject({ code: 'database_unavailable', database: expect.stringContaining('127.0.0.1:1/hub') });
    expect(result.stderr).not.toContain('s3cr3t');
  });
});

describeMysql('a server', (suite) => {
  test('that refuses the password is a matter of configuration: 2, without showing it', async () => {
    const url = new URL(suite.url);
    url.password = 's3cr3t';
    const result = await workspace({ HUB_DATABASE_URL: url.href }).hub(['runs', 'list', '--log-level', 'debug']);
    expect(result.code).toBe(2);
    expect(result.log()[0]).toMatchObject({ code: 'database_refused' });
    expect(result.stderr).not.toContain('s3cr3t');
  });
});

describe('a dry run', () => {
  test('on an embedded database that is not there makes no file and reports what an import would do', async () => {
    const lake = testLake();
    lake.write('account', BATCH, csv([{ Id: hexId(1), AccountNumber: 'A1', Currency: 'EUR' }]));
    const place = workspace({ HUB_LAKE_URL: `file:${lake.root}` });
    const dry = await place.hub([...IMPORT, '--dry-run', '--output', 'json']);
    expect(dry.code).toBe(0);
    expect(dry.json()).toMatchObject({ dry_run: true, totals: { batches: 1, inserted: 1 } });
    expect(existsSync(join(place.folder, '.hub'))).toBe(false);
    const real = await place.hub([...IMPORT, '--output', 'json']);
    expect((real.json() as { totals: unknown }).totals).toEqual((dry.json() as { totals: unknown }).totals);
  });
});
