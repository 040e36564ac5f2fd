import type { Entity } from '../../sources/contract/contract.ts';
import { storedColumns } from './table.ts';

/** Whose facts a row belongs to: the account, or the record through which the account is found. */
export interface OwnerColumn {
  /** `account`, `invoice` … */
  readonly entity: string;
  /** Position among the stored columns. */
  readonly index: number;
}

/** Noted in place of the owners of all rows when a table is filled that held none of the brand. */
export const EVERYBODY = 'everybody';

/**
 * The columns that name the owner of an entity's rows, the best first (contract, `owners`). Later stages take up from here
 * whom a changed row concerns.
 */
export function ownerColumns(entity: Entity): readonly OwnerColumn[] {
  const known = knownColumns.get(entity) ?? findOwnerColumns(entity);
  knownColumns.set(entity, known);
  return known;
}

/** Asked for every row that may be an erased person's. */
const knownColumns = new WeakMap<Entity, readonly OwnerColumn[]>();

function findOwnerColumns(entity: Entity): OwnerColumn[] {
  const columns = storedColumns(entity);
  return entity.owners.map((name) => {
    const index = columns.findIndex(({ sql }) => sql === name);
    return { entity: columns[index]?.references ?? entity.name, index };
  });
}

/** The first owner that a row names, as `entity\tid`. @param row the values of the stored columns */
export function ownerOf(columns: readonly OwnerColumn[], row: readonly (string | null)[]): string {
  for (const { entity, index } of columns) {
    const id = row[index];
    if (id !== null && id !== undefined) return `${entity}\t${id}`;
  }
  return 'none\t';
}
