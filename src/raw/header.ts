import { HubError } from '../core/errors.ts';
import { normaliseHeader, type Column, type Entity } from './contract.ts';

/** How the columns of a part meet the contract. */
export interface HeaderMatch {
  /** The header as the part has it. */
  readonly header: readonly string[];
  /** The contract column of each field; undefined for one that the contract does not know. */
  readonly columns: readonly (Column | undefined)[];
  /** Headers that the contract does not know; their values are kept in `extra`. */
  readonly unknown: readonly string[];
  /** Optional columns that the part lacks; their values are null. */
  readonly absent: readonly string[];
}

/**
 * Matches a header to the contract, without case and separators. The entity's own name before a header is no part of it
 * (`Invoice.Id` of an invoice is `Id`), unless the column stands there by its own name too.
 * @throws HubError refused `missing_column` or `duplicate_column`: nothing of the batch may be stored
 */
export function matchHeader(entity: Entity, header: readonly string[]): HeaderMatch {
  const byName = new Map(entity.columns.flatMap((column) => [column.name, ...(column.aliases ?? [])].map((name) => [normaliseHeader(name), column] as const)));
  const plain = header.map((name) => byName.get(normaliseHeader(name)));
  const columns = header.map((name, index) => {
    if (plain[index] !== undefined) return plain[index];
    const column = byName.get(normaliseHeader(withoutEntity(entity, name) ?? ''));
    return plain.includes(column) ? undefined : column;
  });
  const present = new Set<Column>();
  for (const [index, column] of columns.entries()) {
    if (column === undefined) continue;
    if (present.has(column)) throw refusal('duplicate_column', `The column ${column.name} occurs twice in the header of the file.`, index + 1, column.name);
    present.add(column);
  }
  const absent = entity.columns.filter((column) => !present.has(column));
  const missing = absent.find((column) => column.required);
  if (missing) {
    const headerless = present.size === 0 ? ` None of its ${header.length} columns is known: the file may have no header.` : '';
    throw refusal('missing_column', `The required column ${missing.name} is missing in the header of the file.${headerless}`, undefined, missing.name);
  }
  return {
    header,
    columns,
    unknown: header.filter((_, index) => columns[index] === undefined),
    absent: absent.map((column) => column.name),
  };
}

/** The header behind the entity's name and a dot or a colon; undefined if that does not stand before it. */
function withoutEntity(entity: Entity, header: string): string | undefined {
  const [, name = '', rest] = /^([^.:]+)[.:](.+)$/.exec(header) ?? [];
  return normaliseHeader(name) === normaliseHeader(entity.name) ? rest : undefined;
}

/** Names columns of the contract only: what stands in the file can be personal. */
function refusal(code: string, message: string, position: number | undefined, column: string): HubError {
  return new HubError('refused', code, message, {
    context: { column, line: 1, position },
    nextStep: 'Have the exporter write the partition again with that column; nothing of this batch was stored.',
  });
}
