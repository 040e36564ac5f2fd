import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip, constants } from 'node:zlib';

import { sha256Hex } from '../src/core/hash.ts';

const HEADER =
  'Id,AccountId,InvoiceNumber,InvoiceDate,DueDate,PostedDate,Status,Currency,Amount,AmountWithoutTax,TaxAmount,Balance,PaymentAmount,RefundAmount,AdjustmentAmount,CreditBalanceAdjustmentAmount,CreditMemoAmount,Comments,Deleted,CreatedDate,UpdatedDate';
const ROWS_PER_WRITE = 2_000;
const ROWS_PER_ACCOUNT = 8;

/**
 * Writes a lake of one batch: invoices of one brand whose ids say nothing about their order, 32 hex digits each. The same
 * number of rows gives the same lake.
 */
export async function writeRandomInvoices(folder: string, rows: number): Promise<void> {
  const batch = join(folder, 'billing', 'invoice', 'brand=alpina', 'batch=20260201T050000Z');
  mkdirSync(batch, { recursive: true });
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const file = gzip.pipe(createWriteStream(join(batch, 'part-00000.csv.gz')));
  gzip.write(`${HEADER}\n`);
  for (let start = 0; start < rows; start += ROWS_PER_WRITE) {
    const lines = Array.from({ length: Math.min(ROWS_PER_WRITE, rows - start) }, (_, index) => invoiceLine(start + index, rows));
    if (!gzip.write(`${lines.join('\n')}\n`)) await once(gzip, 'drain');
  }
  gzip.end();
  await once(file, 'close');
}

function invoiceLine(number: number, rows: number): string {
  const id = sha256Hex(`invoice ${number}`).slice(0, 32);
  const account = sha256Hex(`account ${number % Math.ceil(rows / ROWS_PER_ACCOUNT)}`).slice(0, 32);
  const day = `2025-${twoDigits(1 + Math.trunc((number * 12) / rows))}-${twoDigits(1 + (number % 28))}`;
  return `${id},${account},INV${number},${day},${day},${day} 08:33:40.000000,Posted,EUR,35.80,29.83,5.97,0.00,35.80,0.00,0.00,0.00,0.00,,false,${day} 08:33:38.000000,${day} 08:33:43.000000`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
