import type { Column, Entity } from '../src/sources/contract/contract.ts';
import { entities } from '../src/sources/index.ts';
import { describeKind } from '../src/raw/rows/values/kinds.ts';

/** The page on the source entities, made from the contracts: Markdown with a table for each. */
export function entityDictionary(): string {
  const contents = entities.map((entity) => `- [${entity.name}](#${entity.name}) → \`${entity.table}\`: ${entity.description}`);
  return [
    '# Source entities',
    '',
    'Generated from the contracts in `src/sources` by `npm run docs`; do not edit.',
    '',
    'Each row is keyed by (brand, Id), an e-mail event by (brand, EventId). Every raw table has, after the columns below: `extra` (unknown columns, JSON),',
    '`row_hash` (64-bit xxHash of the row), `deleted_at`, `lake_batch` and `lake_row` (the batch of this version and the',
    "row's place in it) and `change_no` (the run that wrote it, see `job_runs`); events, which are never deleted, lack",
    '`deleted_at`.',
    '',
    ...contents,
    '',
    ...entities.flatMap(section),
  ].join('\n');
}

function section(entity: Entity): string[] {
  return [
    `## ${entity.name}`,
    '',
    `${entity.description} Lake: \`${entity.feed}/${entity.name}\`, table \`${entity.table}\`.`,
    '',
    '| column | in the table | kind | required | notes |',
    '|---|---|---|---|---|',
    ...entity.columns.map(row),
    ...entity.derived.map(derivedRow),
    '',
  ];
}

function row(column: Column): string {
  const stored = column.stored === false ? '–' : `\`${column.name === 'Deleted' ? 'deleted_at' : column.sql}\``;
  const cells = [column.name, stored, kindOf(column), column.required ? 'yes' : '', notesOf(column)];
  return `| ${cells.join(' | ')} |`;
}

function derivedRow({ sql, note }: Column): string {
  return `| – | \`${sql}\` | made by hub |  | ${note ?? ''} |`;
}

function kindOf(column: Column): string {
  if (column.references !== undefined) return `id of ${column.references}`;
  return column.kind === 'enum' ? describeKind(column) : column.kind;
}

function notesOf(column: Column): string {
  return [column.note, column.personal ? 'Personal data.' : undefined].filter((note) => note !== undefined).join(' ');
}
