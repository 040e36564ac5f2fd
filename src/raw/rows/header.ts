import { HubError } from '../../core/errors.ts';
import { normaliseHeader, type Column, type Entity } from '../../sources/contract/contract.ts';

/** How the columns of a part meet the contract. */
export interface HeaderMatch {
  /** The header as the part has it. */
  readonly header: readonly string[];
  /** The contract column of each field; undefined for one that the contract does not know. */
  readonly columns: readonly (Column | undefined)[];
  /** The header with each name once: of two columns `Region__c` that the contract does not know, the second is `Region__c_2`. */
  readonly names: readonly string[];
  /** The name of the key's column, or of the first of which the key is made. */
  readonly keyName: string;
  /** Names that the contract does not know; their values are kept in `extra`. */
  readonly unknown: readonly string[];
  /** Optional columns that the part lacks; their values are null. */
  readonly absent: readonly string[];
}

const KEY = /[0-9a-f]{32}/;

/**
 * Matches a header to the contract, without case and separators. The entity's own name before a header is no part of it
 * (`Invoice.Id` of an invoice is `Id`), unless the column stands there by its own name too.
 * @param line of the part on which it stands
 * @throws HubError refused `missing_column`, `duplicate_column` or `header_holds_values`: nothing of the batch may be stored
 */
export function matchHeader(entity: Entity, header: readonly string[], line = 1): HeaderMatch {
  const columns = columnsNamed(entity, header);
  const present = new Set<Column>();
  for (const [index, column] of columns.entries()) {
    if (column === undefined) {
      if (KEY.test(header[index] ?? '')) throw refusal('header_holds_values', 'A row stands', { line, position: index + 1 });
      continue;
    }
    if (present.has(column)) throw refusal('duplicate_column', `The column ${column.name} occurs twice`, { column: column.name, line, position: index + 1 });
    present.add(column);
  }
  const absent = entity.columns.filter((column) => !present.has(column));
  const missing = absent.find((column) => column.required);
  if (missing) {
    const headerless = present.size === 0 ? ` None of its ${header.length} columns is known: the file may have no header.` : '';
    throw refusal('missing_column', `The required column ${missing.name} is missing`, { column: missing.name, line }, headerless);
  }
  const names = namedOnce(header);
  return {
    header,
    columns,
    names,
    keyName: header[columns.findIndex((column) => isKey(entity, column))] ?? '',
    unknown: names.filter((_, index) => columns[index] === undefined),
    absent: absent.map((column) => column.name),
  };
}

/**
 * True if the fields are a header that came again, in whatever order: its key's name and mostly names that the contract or the
 * header before knows (billing specification, "Text form").
 */
export function isHeader(entity: Entity, before: readonly string[], fields: readonly (string | null)[]): boolean {
  const texts = fields.map((field) => field ?? '');
  const columns = columnsNamed(entity, texts);
  if (!columns.some((column) => isKey(entity, column))) return false;
  const known = new Set(before.map(normaliseHeader));
  const named = texts.filter((text, index) => columns[index] !== undefined || (text !== '' && known.has(normaliseHeader(text))));
  return named.length * 2 > texts.filter((text) => text.trim() !== '').length;
}

/** True for the column of the key, or the first of which it is made. */
function isKey({ keyOf }: Entity, column: Column | undefined): boolean {
  return column?.sql === (keyOf?.[0] ?? 'source_id');
}

const columnsByName = new WeakMap<Entity, ReadonlyMap<string, Column>>();

/** The contract column of each name, also behind the entity's own name where the column does not stand there without it. */
export function columnsNamed(entity: Entity, names: readonly string[]): (Column | undefined)[] {
  const known = columnsByName.get(entity) ?? namesOf(entity);
  columnsByName.set(entity, known);
  const plain = names.map((name) => known.get(normaliseHeader(name)));
  return names.map((name, index) => {
    if (plain[index] !== undefined) return plain[index];
    const column = known.get(normaliseHeader(withoutEntity(entity, name) ?? ''));
    return plain.includes(column) ? undefined : column;
  });
}

function namesOf(entity: Entity): ReadonlyMap<string, Column> {
  return new Map(entity.columns.flatMap((column) => [column.name, ...(column.aliases ?? [])].map((name) => [normaliseHeader(name), column] as const)));
}

/** The header behind the entity's name and a dot or a colon; undefined if that does not stand before it. */
function withoutEntity(entity: Entity, header: string): string | undefined {
  const [, name = '', rest] = /^([^.:]+)[.:](.+)$/.exec(header) ?? [];
  return normaliseHeader(name) === normaliseHeader(entity.name) ? rest : undefined;
}

function namedOnce(header: readonly string[]): string[] {
  const taken = new Set(header);
  const seen = new Set<string>();
  return header.map((name) => {
    if (!seen.has(name)) {
      seen.add(name);
      return name;
    }
    let number = 2;
    while (taken.has(`${name}_${number}`)) number++;
    taken.add(`${name}_${number}`);
    return `${name}_${number}`;
  });
}

/** Names columns of the contract only: what stands in the file can be personal. */
function refusal(code: string, message: string, context: Record<string, string | number>, more = ''): HubError {
  return new HubError('refused', code, `${message} in the header of the file.${more}`, {
    context,
    nextStep: 'Have the exporter write the partition again with a header line that holds each column once; nothing of this batch was stored.',
  });
}
