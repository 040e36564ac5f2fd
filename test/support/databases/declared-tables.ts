import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { TableSpec } from '../../../src/db/schema.ts';
import { specOf, type RecordTable } from '../../../src/engine/records/record-table.ts';
import { rawTable } from '../../../src/raw/rows/table.ts';
import { entities } from '../../../src/sources/index.ts';
import { PROJECT } from '../program/hub.ts';

const DECLARING = /: (readonly )?TableSpec(\[\])? =|\b(record|enriched|sums)Table\(/;

/** Every table that a file of src declares and exports, as a table or as one of derived records; those of the entities too. */
export async function declaredTables(): Promise<readonly TableSpec[]> {
  const files = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const specs = new Map(entities.map(rawTable).map((spec) => [spec.name, spec]));
  for (const file of files.filter((name) => DECLARING.test(readFileSync(join(PROJECT, 'src', name), 'utf8'))).sort()) {
    const exported = Object.values((await import(join(PROJECT, 'src', file))) as Record<string, unknown>).flat();
    for (const spec of exported.flatMap(specsOf)) specs.set(spec.name, spec);
  }
  return [...specs.values()];
}

function specsOf(value: unknown): TableSpec[] {
  if (typeof value !== 'object' || value === null || !('columns' in value)) return [];
  if ('conventions' in value) return [specOf(value as RecordTable)];
  return 'primaryKey' in value ? [value as TableSpec] : [];
}
