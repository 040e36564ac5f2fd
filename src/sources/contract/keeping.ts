/**
 * A way of keeping rows: which of several rows with one key the table has. This is what the contract says of it; what it
 * does with rows is in raw/keeping, the same slots for each.
 */
export interface Keeping {
  readonly name: 'newest' | 'first';
  /** True: a row can say that its record is deleted; the table has `deleted_at`, and the row stays without its content. */
  readonly deletes: boolean;
}

/** Versions of a record, of which the newest is kept (billing specification, "Which row wins"). */
export const newest: Keeping = { name: 'newest', deletes: true };

/** Events happen once: of several deliveries the first is kept (e-mail specification, "import-email"). */
export const first: Keeping = { name: 'first', deletes: false };
