import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { wholeShard } from '../../src/core/shard.ts';
import { systemClock } from '../../src/core/time.ts';
import type { Database } from '../../src/db/database.ts';
import { outcomeOf } from '../../src/orders/orders-report.ts';
import { runOrders } from '../../src/orders/run-orders.ts';
import { silentProgress } from '../../src/monitoring/progress.ts';
import { compare, type Decision, type FactAccuracy } from './compared.ts';

/** A part of a refund as the generator meant it; a line only where the specification says which. */
interface Allocation {
  readonly method: string;
  readonly amount: number;
  readonly invoice?: string;
  readonly line?: string;
}

interface TrueRefund {
  readonly brand: string;
  readonly account_id: string;
  readonly refund_id: string;
  readonly status: string;
  /** False where the specification leaves room: several lines share a credit or an earlier link. */
  readonly exact: boolean;
  readonly allocations: readonly Allocation[];
}

interface Item {
  readonly invoice_id: string | null;
  readonly invoice_line_id: string | null;
  readonly amount: number;
  readonly method: string;
}

/** Methods that choose among lines; the others follow links to an invoice (orders and refunds, "Refund attribution"). */
const BY_LINE = new Set(['same_product', 'account']);
const ELSEWHERE = 'elsewhere';

/**
 * Attributes the refunds of an enriched database and compares each part with the truth beside the lake: right is the
 * method, with the invoice and the amount, and the line where the method chooses one.
 */
export async function measureAttribution(database: Database, lake: string, brands: readonly string[]): Promise<FactAccuracy[]> {
  const services = { database, clock: systemClock, version: 'accuracy', signal: new AbortController().signal, progress: silentProgress, outbox: { enqueue: () => Promise.resolve(0) }, idKey: 'accuracy', spill: 'none' as const };
  const request = { command: 'attribute-refunds' as const, allBrands: brands, brands, accounts: undefined, range: undefined, shard: wholeShard, dryRun: false, recompute: false };
  await runOrders(services, request, outcomeOf, () => undefined);
  const decisions: Record<'exact' | 'open', Decision[]> = { exact: [], open: [] };
  for await (const line of createInterface({ input: createReadStream(join(lake, 'truth/refunds.ndjson')) })) {
    const refund = JSON.parse(line) as TrueRefund;
    if (refund.status !== 'Processed' || (await isTest(database, refund))) continue;
    decisions[refund.exact ? 'exact' : 'open'].push(...decide(refund, await itemsOf(database, refund)));
  }
  return [compare('refund_invoice', 'truth', decisions.exact, 'unallocated'), compare('refund_invoice', 'truth, unlisted room', decisions.open, 'unallocated')];
}

function decide({ refund_id: text, allocations }: TrueRefund, items: readonly Item[]): Decision[] {
  return allocations.map(({ method, amount, invoice, line }) => {
    const names = line !== undefined && BY_LINE.has(method);
    const own = items.filter((item) => item.invoice_id === (invoice ?? null) && (!names || item.invoice_line_id === line));
    const found = own.reduce((sum, item) => sum + item.amount, 0) === amount;
    const got = found ? (own[0]?.method ?? ELSEWHERE) : items.every((item) => item.method === 'unallocated') ? 'unallocated' : ELSEWHERE;
    return { text, expect: method, got };
  });
}

async function isTest(database: Database, { brand, account_id: accountId }: TrueRefund): Promise<boolean> {
  const account = await database.read((knex) => knex<{ brand: string; account_id: string; is_test: number }>('enriched_accounts').where({ brand, account_id: accountId }).first('is_test'));
  return account === undefined || account.is_test === 1;
}

function itemsOf(database: Database, { brand, account_id: accountId, refund_id: refundId }: TrueRefund): Promise<Item[]> {
  return database.read((knex) =>
    knex<Item & { brand: string; account_id: string; refund_id: string }>('credit_note_items').where({ brand, account_id: accountId, refund_id: refundId }),
  );
}
