/**
 * Equal rows as one with the number of their customers, ordered by their values: sums over them do not depend on the
 * order in which the customers came.
 */
export function weigh<Row extends object>(rows: readonly Row[]): (Row & { readonly customers: number })[] {
  const groups = new Map<string, { row: Row; customers: number }>();
  for (const row of rows) {
    const key = JSON.stringify(Object.values(row));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { row, customers: 1 });
    else group.customers++;
  }
  const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return ordered.map(([, { row, customers }]) => ({ ...row, customers }));
}
