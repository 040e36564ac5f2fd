import { csv, hexId, testLake, type ExportRow, type TestLake } from './lake.ts';

const EARLY_BATCH = '20260228T050000Z';
export const FIRST_BATCH = '20260301T050000Z';
export const SECOND_BATCH = '20260302T050000Z';
const THIRD_BATCH = '20260303T050000Z';

const ACCOUNTS = 60;

/**
 * A small lake in which everything happens that an import stores: new, changed, deleted, unchanged and superseded rows,
 * a shifted row, a rejected one (give --max-rejects), two brands, an empty batch.
 */
export function eventfulLake(): TestLake {
  const lake = testLake();
  const first = Array.from({ length: ACCOUNTS }, (_, index) => account(index + 1, '2026-03-01 04:00:00'));
  const changed = first.slice(0, 10).map((row) => ({ ...row, Status: 'Canceled', UpdatedDate: '2026-03-02 04:00:00' }));
  const deleted = { ...account(11, '2026-03-02 04:00:00'), Deleted: 'true' };
  const bad = { ...account(12, '2026-03-02 04:00:00'), Currency: 'Euro' };
  const outdated = account(13, '2026-02-01 04:00:00');
  lake.write('account', FIRST_BATCH, csv(first));
  lake.write('account', SECOND_BATCH, csv([...changed, deleted, bad, outdated, account(14, '2026-03-01 04:00:00'), account(99, '2026-03-02 04:00:00')]));
  lake.write('account', THIRD_BATCH, csv([account(1, '2026-03-03 04:00:00'), account(1, '2026-03-03 04:30:00')]));
  lake.write('account', FIRST_BATCH, csv(first.slice(0, 20)), { brand: 'belmont' });
  lake.write('invoice', FIRST_BATCH, `${csv(first.map((_, index) => invoice(index + 1)))}${shiftedInvoice()}`);
  lake.write('invoice', SECOND_BATCH, '');
  return lake;
}

/** A lake whose first batch is too large to wait for others in memory and names some invoices twice; the second changes some. */
export function largeLake(): TestLake {
  const lake = testLake();
  const first = Array.from({ length: 5_100 }, (_, index) => invoice(index + 1));
  const again = first.slice(0, 40).map((row) => ({ ...row, Amount: '59.90', UpdatedDate: '2026-03-01 04:30:00' }));
  const changed = first.slice(20, 60).map((row) => ({ ...row, Amount: '69.90', UpdatedDate: '2026-03-02 04:00:00' }));
  lake.write('invoice', FIRST_BATCH, csv([...first, ...again]));
  lake.write('invoice', SECOND_BATCH, csv(changed));
  return lake;
}

/** One invoice, in a batch before those of the others. */
export function smallLake(): TestLake {
  const lake = testLake();
  lake.write('invoice', EARLY_BATCH, csv([{ ...invoice(1), UpdatedDate: '2026-02-28 04:00:00' }]));
  return lake;
}

/** Adds a batch that is refused: a required column is missing. */
export function addRefusedBatch(lake: TestLake): TestLake {
  lake.write('refund', FIRST_BATCH, csv([{ Id: hexId(1), AccountId: hexId(1), Amount: '1.00' }]));
  return lake;
}

function account(number: number, updated: string): ExportRow {
  return { Id: hexId(number), AccountNumber: `A${number}`, Status: 'Active', Currency: 'EUR', AutoPay: 'true', Deleted: 'false', UpdatedDate: updated };
}

function invoice(number: number): ExportRow {
  return {
    ...{ Id: hexId(number + 4096), AccountId: hexId(number), InvoiceNumber: `INV${number}`, Comments: 'paid by card' },
    ...{ InvoiceDate: '2026-02-05', Status: 'Posted', Currency: 'EUR', Amount: '49.90', UpdatedDate: '2026-03-01 04:00:00' },
  };
}

/** An unquoted comma in Comments pushes the rest one column to the right. */
function shiftedInvoice(): string {
  return `${hexId(5000)},${hexId(1)},INV5000,paid late, by card,2026-02-05,Posted,EUR,49.90,2026-03-01 04:00:00\n`;
}
