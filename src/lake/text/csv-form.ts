/** How the records of a file of separated values are written. */
export interface CsvForm {
  /** One character between two fields. */
  readonly delimiter: string;
  /** One ASCII character around a value; written twice within it. Empty: the file knows no quotes. */
  readonly quote: string;
}

/** The form of hub's own exports (billing specification, "Lake layout"). */
export const HUB_FORM: CsvForm = { delimiter: ',', quote: '"' };
