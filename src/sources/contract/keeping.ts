/**
 * A way of keeping rows: which of several rows with one key the table has. This is what the contract says of it; what it
 * does with rows is in raw/keeping, the same slots for each.
 */
export interface Keeping {
  readonly name: 'newest' | 'first' | 'restated';
  /** True: a row can say that its record is deleted; the table has `deleted_at`, and the row stays without its content. */
  readonly deletes: boolean;
  /** Of `restated`: the columns that tell which slice a row belongs to. */
  readonly slice?: SliceColumns;
}

/**
 * The part of a table that a batch states whole: an account's day, or all of an account. By names of the table. The key of a
 * row takes in all of these columns, so no row ever moves to another slice.
 */
export interface SliceColumns {
  readonly account: readonly string[];
  /** A column of kind `date`; none: the slice is the whole account, as of a snapshot. */
  readonly day?: string;
}

/** Versions of a record, of which the newest is kept (billing specification, "Which row wins"). */
export const newest: Keeping = { name: 'newest', deletes: true };

/** Events happen once: of several deliveries the first is kept (e-mail specification, "import-email"). */
export const first: Keeping = { name: 'first', deletes: false };

/**
 * Rows are stated in slices: a batch that names a slice has all of its rows, and those of older batches that it does not
 * repeat go (metrics specification, "Slices"; sources specification, `replace` and `snapshot`). The table has the column
 * `slice_id`, which raw/keeping/restated fills.
 */
export const restated = (slice: SliceColumns): Keeping => ({ name: 'restated', deletes: false, slice });
