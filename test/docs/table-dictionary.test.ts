import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { tableDictionary, tableNames } from '../../docs/table-dictionary.ts';
import { tableNotes } from '../../docs/table-notes.ts';
import { migrate, newDatabase, tablesOf } from '../support/databases/databases.ts';

describe('docs/tables.md', () => {
  it('is what the migrations make (else run: npm run docs)', async () => {
    expect(readFileSync('docs/tables.md', 'utf8')).toBe(await tableDictionary());
  });

  it('has every table of a migrated database', async () => {
    const { database } = await newDatabase('sqlite');
    await migrate(database);
    const stored = (await tablesOf(database)).filter((name) => name !== 'schema_migrations');
    expect((await tableNames()).sort()).toEqual(stored);
  });

  it('says what each holds (else add a line to docs/table-notes.ts)', async () => {
    const own = (await tableNames()).filter((name) => !name.startsWith('raw_') || name === 'raw_changes');
    expect(own.filter((name) => tableNotes[name] === undefined)).toEqual([]);
  });
});
