import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Database } from '../../../src/db/database.ts';
import { sha256Hex } from '../../../src/core/hash.ts';
import { testRun } from '../suite/run.ts';

/** A database of the server with all migrations applied; its rows may still be there. */
export interface ReadyDatabase {
  readonly name: string;
  /** What schemaMark gave when the migrations had made it. */
  readonly mark: string;
}

/**
 * Takes a database that an earlier test file of this run is done with, if there is one: a server takes a second and more
 * to make all tables, and hardly a moment to empty them. A file stands for each that is free.
 */
export function takeReady(): ReadyDatabase | undefined {
  for (const file of readdirSync(freeFolder())) {
    try {
      rmSync(join(freeFolder(), file));
    } catch {
      // Another worker was faster.
      continue;
    }
    const [name = '', mark = ''] = file.split('.');
    return { name, mark };
  }
  return undefined;
}

/** Gives a database to whoever takes the next one; nobody may be connected to it any more. */
export function giveBack({ name, mark }: ReadyDatabase): void {
  writeFileSync(join(freeFolder(), `${name}.${mark}`), '');
}

/** Tells whether two databases of a server have the same tables, columns and keys, and the same migrations. */
export async function schemaMark({ knex }: Database): Promise<string> {
  const parts = [
    'select table_name, column_name, ordinal_position, column_type, is_nullable, collation_name, column_default from information_schema.columns where table_schema = database() order by 1, 3',
    'select table_name, index_name, seq_in_index, column_name, non_unique from information_schema.statistics where table_schema = database() order by 1, 2, 3',
    'select name, applied_at from schema_migrations order by 1',
  ];
  const rows: unknown[] = [];
  for (const statement of parts) rows.push(((await knex.raw<unknown[]>(statement)) as unknown[])[0]);
  return sha256Hex(JSON.stringify(rows));
}

function freeFolder(): string {
  const folder = join(testRun().shared, 'free-databases');
  mkdirSync(folder, { recursive: true });
  return folder;
}
