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
 * Matches a header to the contract, without case and separators.
 * @throws HubError refused `missing_column` or `duplicate_column`: nothing of the batch may be stored
 */
export function matchHeader(entity: Entity, header: readonly string[]): HeaderMatch {
  const byName = new Map(entity.columns.map((column) => [normaliseHeader(column.name), column]));
  const columns = header.map((name) => byName.get(normaliseHeader(name)));
  const present = new Set<Column>();
  for (const [index, column] of columns.entries()) {
    if (column === undefined) continue;
    if (present.has(column)) throw refusal('duplicate_column', `The column ${column.name} occurs twice`, index + 1, column.name);
    present.add(column);
  }
  const absent = entity.columns.filter((column) => !present.has(column));
  const missing = absent.find((column) => column.required);
  if (missing) throw refusal('missing_column', `The required column ${missing.name} is missing`, undefined, missing.name);
  return {
    header,
    columns,
    unknown: header.filter((_, index) => columns[index] === undefined),
    absent: absent.map((column) => column.name),
  };
}

function refusal(code: string, message: string, position: number | undefined, column: string): HubError {
  return new HubError('refused', code, `${message} in the header of the file.`, {
    context: { column, line: 1, position },
    nextStep: 'Have the exporter write the partition again with that column; nothing of this batch was stored.',
  });
}
