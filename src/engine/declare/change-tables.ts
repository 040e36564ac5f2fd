/** A table of changes: who or what a stage has changed, by the change number of its run. */
export interface ChangeTable {
  readonly keys: readonly string[];
  /** It has the column brand, and its readers take up each brand by itself. */
  readonly ofBrand: boolean;
}

/** The tables of changes. Of one whose keys hold person_id `hub forget` takes the person's rows. */
export const changeTables = {
  raw_changes: { keys: ['change_no', 'source', 'entity', 'entity_id'], ofBrand: true },
  source_changes: { keys: ['change_no', 'source', 'entity', 'entity_id'], ofBrand: true },
  enriched_changes: { keys: ['change_no', 'person_id'], ofBrand: false },
  enriched_product_changes: { keys: ['change_no', 'brand', 'product_charge_id'], ofBrand: false },
  shop_changes: { keys: ['change_no', 'person_id'], ofBrand: false },
  order_changes: { keys: ['change_no', 'person_id'], ofBrand: false },
} as const satisfies Readonly<Record<string, ChangeTable>>;

export type ChangeTableName = keyof typeof changeTables;
