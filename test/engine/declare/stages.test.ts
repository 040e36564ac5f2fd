import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';

import { suppressions } from '../../../src/audiences/members/member-table.ts';
import { changeTables } from '../../../src/engine/declare/change-tables.ts';
import { commandsByPerson, jobCommands, upstreamCommands } from '../../../src/engine/declare/job-commands.ts';
import { mayWriteFor } from '../../../src/engine/declare/stage-declaration.ts';
import { stageOf, stages } from '../../../src/engine/declare/stages.ts';
import { personLocks } from '../../../src/engine/stage/person-locks.repository.ts';
import { entities } from '../../../src/sources/index.ts';
import { describeEachDatabase, tablesOf } from '../../support/databases/databases.ts';
import { declaredTables } from '../../support/databases/declared-tables.ts';
import { PROJECT } from '../../support/program/hub.ts';
import { importsOf } from '../../support/program/imports.ts';

const specs = await declaredTables();
const recordTables = stages.flatMap(({ records }) => Object.entries(records));
const queues = stages.flatMap(({ queue }) => queue);
/** Tables that name persons and are nobody's records: what keeps an erased person away, and what is sent, which has a part of its own. */
const REMEMBERED = [suppressions.name, 'relays'];
/** What writes and audits derived records. */
const WRITING = ['src/engine/records/records.repository.ts', 'src/engine/stage/run-stage.ts'].map((file) => join(PROJECT, file));

test('rows go with their person only where they name one', () => {
  const named = recordTables.flatMap(([table, erasure]) => (erasure === 'rows' ? [table] : []));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((table) => !('person_id' in (specs.find(({ name }) => name === table)?.columns ?? {})))).toEqual([]);
});

describeEachDatabase('the list of stages', (suite) => {
  test('has every table of derived records, and no other', async () => {
    const raw = entities.map(({ table }) => table);
    const derived: string[] = [];
    for (const table of await tablesOf(suite.database)) {
      const columns = await suite.database.knex(table).columnInfo();
      if ('checksum' in columns && 'created_run' in columns && !raw.includes(table)) derived.push(table);
    }
    expect(derived.length).toBeGreaterThan(30);
    expect(derived.filter((name) => !recordTables.some(([table]) => table === name))).toEqual([]);
    expect(recordTables.map(([table]) => table).filter((table) => !specs.some(({ name }) => name === table))).toEqual([]);
  });

  test('has every table that names a person, so that hub forget reaches it', async () => {
    const erased = [...recordTables.flatMap(([table, erasure]) => (erasure === 'nobody' ? [] : [table])), ...queues, ...Object.keys(changeTables), personLocks.name];
    const named: string[] = [];
    for (const table of await tablesOf(suite.database)) if ('person_id' in (await suite.database.knex(table).columnInfo())) named.push(table);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((table) => !erased.includes(table) && !REMEMBERED.includes(table))).toEqual([]);
  });

  test('names tables of changes and queues that are there, with the columns by which they are walked', async () => {
    for (const [table, { keys, ofBrand }] of Object.entries(changeTables)) {
      expect(Object.keys(await suite.database.knex(table).columnInfo())).toEqual(expect.arrayContaining([...keys, ...(ofBrand ? ['brand'] : [])]));
    }
    for (const table of queues) expect(Object.keys(await suite.database.knex(table).columnInfo())).toEqual(expect.arrayContaining(['run_id', 'person_id']));
  });
});

test('every command that can write derived records is in the list; reconcile only compares, leads and webhooks do anew what import-intake stores, and demo runs the others', () => {
  const files = readdirSync(join(PROJECT, 'src/commands'), { recursive: true, encoding: 'utf8' }).filter((file) => file.includes('/') && !file.startsWith('checks/'));
  const writing = files.filter((file) => WRITING.some((written) => importsOf(join(PROJECT, 'src/commands', file)).has(written))).map((file) => basename(file, '.ts'));
  expect(writing).toEqual(expect.arrayContaining(['enrich', 'assemble-orders', 'attribute-refunds', 'build-metrics', 'import-intake']));
  const declared = stages.flatMap(({ commands, records }) => (Object.keys(records).length > 0 ? commands : []));
  expect(writing.filter((name) => !declared.includes(name)).sort()).toEqual(['demo', 'demo-serve', 'demo-sources', 'leads', 'reconcile', 'webhooks']);
});

test('a change is kept for whoever takes it up, and each table of changes has somebody', () => {
  for (const table of Object.keys(changeTables)) expect(stages.some(({ takesUp }) => takesUp.some((taken) => taken === table))).toBe(true);
});

test('what derives from it is in the order of the day', () => {
  expect(upstreamCommands.slice(0, 7)).toEqual(['import-email', 'import-billing', 'import-ads', 'import-inventory', 'import-sources', 'enrich', 'assemble-orders']);
  expect(jobCommands.slice(0, upstreamCommands.length)).toEqual(upstreamCommands);
  expect([...commandsByPerson].filter((name) => !upstreamCommands.includes(name))).toEqual([]);
  expect([...commandsByPerson]).toContain('enrich');
  expect(stages.filter(({ byPerson, queue }) => byPerson && queue.length === 0)).toEqual([]);
});

test('a stage knows whose runs may still write what it takes up', () => {
  const known = (name: string): string[] => ['import-billing', 'enrich', 'purge'].filter(mayWriteFor(stageOf(name)));
  expect(known('enrich')).toEqual(['import-billing', 'purge']);
  expect(known('subscribers')).toEqual(['import-billing', 'enrich', 'purge']);
  expect(known('build-metrics')).toEqual(['enrich']);
  expect(() => stageOf('build-nothing')).toThrow(expect.objectContaining({ code: 'undeclared_stage' }));
});
