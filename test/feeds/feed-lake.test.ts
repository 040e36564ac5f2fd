import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';

import { account } from '../../src/sources/billing/account.ts';
import { invoice } from '../../src/sources/billing/invoice.ts';
import { invoiceItem } from '../../src/sources/billing/invoice-item.ts';
import { payment } from '../../src/sources/billing/payment.ts';
import { refund } from '../../src/sources/billing/refund.ts';
import { discardRejects, replayRejects } from '../../src/raw/import/replay.ts';
import { listRejects } from '../../src/raw/quarantine/quarantine.repository.ts';
import type { ImportRequest } from '../../src/raw/import/run-import.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { feedTestLake, type FeedTestLake } from '../support/lakes/feed-lake.ts';
import { csv, hexId, testLake, type ExportRow, type TestLake } from '../support/lakes/lake.ts';
import { importLake } from '../support/stages/import.ts';
import { testClock } from '../support/suite/clock.ts';

const WHERE = 'exports/{yyyy}/{mm}/{dd}/{entity}_*.csv.gz';
/** As a spreadsheet of a German bookkeeping writes it. */
const GERMAN = { delimiter: ';', encoding: 'iso-8859-1', decimal: 'comma', thousands: '.', dates: ['dd.MM.yyyy', 'dd.MM.yyyy HH:mm'], zone: 'Europe/Berlin', nulls: ['NULL'] };
const COLUMNS = {
  Id: 'Schlüssel', AccountId: 'Konto', InvoiceNumber: 'Rechnungsnummer', InvoiceDate: 'Datum', Amount: 'Betrag', Comments: 'Bemerkung', UpdatedDate: 'Geändert',
  Status: { from: 'Zustand', values: { gebucht: 'Posted', storniert: 'Canceled' } },
  Currency: { value: 'EUR' },
};
const HEADER = ['Schlüssel', 'Konto', 'Rechnungsnummer', 'Datum', 'Bemerkung', 'Zustand', 'Betrag', 'Geändert'];
const german = (rows: readonly (readonly string[])[]): Buffer => gzipSync(Buffer.from(stringify([HEADER, ...rows], { delimiter: ';' }), 'latin1'));
const row = (number: number, changes: Partial<Record<(typeof HEADER)[number], string>> = {}): string[] => {
  const values: Record<string, string> = { Schlüssel: hexId(number), Konto: hexId(900), Rechnungsnummer: `R-${number}`, Datum: '05.03.2026', Bemerkung: 'für Größe; so', Zustand: 'gebucht', Betrag: '1.234,50', Geändert: '20.03.2026 01:30', ...changes };
  return HEADER.map((name) => values[name] ?? '');
};
const own = (number: number, changes: ExportRow = {}): ExportRow => ({
  Id: hexId(number), AccountId: hexId(900), InvoiceNumber: `R-${number}`, InvoiceDate: '2026-03-05', Comments: 'für Größe; so', Status: 'Posted', Amount: '1234.5', UpdatedDate: '2026-03-20 00:30:00', Currency: 'EUR', ...changes,
});

describeEachDatabase('a feed in a form of its own', (suite) => {
  beforeEach(() => suite.empty());

  const stored = async (table = 'raw_invoices'): Promise<Record<string, unknown>[]> => (await suite.database.knex<Record<string, unknown>>(table).orderBy('source_id').select('*')).map((each) => ({ ...each, change_no: 0 }));
  const run = (lake: TestLake, changes: Partial<ImportRequest> = {}) => importLake(suite.database, lake, testClock(), changes);
  const germanLake = (streams: object = {}): FeedTestLake => feedTestLake([{ brand: 'alpina', where: WHERE, format: GERMAN, streams: { invoice: { file: 'rechnungen', columns: COLUMNS }, ...streams } }]);

  test('is stored as the same facts in hub\'s own form are', async () => {
    const lake = germanLake();
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', german([row(1), row(2, { Bemerkung: 'zwei\nZeilen', Betrag: '-0,5' })]));
    lake.put('exports/2026/03/20/rechnungen_02.csv.gz', german([row(3, { Bemerkung: 'NULL', Zustand: 'Storniert' })]));
    lake.put('exports/2026/03/21/rechnungen_01.csv.gz', german([row(1, { Zustand: 'storniert', Geändert: '21.03.2026 08:00' })]));
    expect((await run(lake)).report).toMatchObject({ status: 'succeeded', totals: { batches: 2, read: 4, inserted: 3, updated: 1, rejected: 0 } });
    const mapped = await stored();
    await suite.empty();
    const plain = testLake();
    plain.write('invoice', '20260320T000000Z', csv([own(1), own(2, { Comments: 'zwei\nZeilen', Amount: '-0.5' }), own(3, { Comments: '', Status: 'Canceled' })]));
    plain.write('invoice', '20260321T000000Z', csv([own(1, { Status: 'Canceled', UpdatedDate: '2026-03-21 07:00:00' })]));
    await run(plain);
    expect(mapped).toEqual(await stored());
    expect(mapped[0]).toMatchObject({ amount: expect.anything(), comments: 'für Größe; so', updated_date: '2026-03-21 07:00:00.000000', lake_batch: '20260321T000000Z' });
  });

  test('is imported once, and again when a file of a batch changes', async () => {
    const lake = germanLake();
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', german([row(1)]));
    await run(lake);
    expect((await run(lake)).report.totals).toMatchObject({ batches: 0 });
    lake.put('exports/2026/03/20/rechnungen_02.csv.gz', german([row(2)]));
    const { report } = await run(lake);
    expect(report.totals).toMatchObject({ batches: 1, inserted: 1, unchanged: 1 });
    expect(report.warnings).toContainEqual(expect.stringContaining('its files changed since it was imported (1 then, 2 now)'));
  });

  test('has a row with a bare delimiter mended where the file shows it, with its amounts in the form of the feed', async () => {
    const lake = germanLake();
    const shifted = row(2, { Bemerkung: 'a' }).join(';').replace(';a;', ';Lieferung; morgen früh;');
    const text = `${HEADER.join(';')}\n${row(1, { Bemerkung: 'a' }).join(';')}\n${shifted}\n${row(3, { Bemerkung: 'a' }).join(';')}\n`;
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', gzipSync(Buffer.from(text, 'latin1')));
    const { report } = await run(lake);
    expect(report.totals).toMatchObject({ read: 3, inserted: 3, repaired: 1, rejected: 0 });
    const [, mended] = await stored();
    expect(mended).toMatchObject({ comments: 'Lieferung; morgen früh', invoice_date: '2026-03-05', currency: 'EUR', updated_date: '2026-03-20 00:30:00.000000' });
    expect(Number(mended?.['amount'])).toBe(1234.5);
  });

  test('with other headers alone is read as hub\'s own files are: repair, and a header that comes again in another order', async () => {
    const columns = { Id: 'Key', AccountId: 'Account: ID', Comments: 'Key Notes' };
    const lake = feedTestLake([{ brand: 'alpina', where: 'z/{entity}_{yyyy}{mm}{dd}.csv', streams: { invoice: { columns } } }]);
    const lines = [
      'Key,Account: ID,Invoice: Invoice Number,InvoiceDate,Key Notes,Amount',
      `${hexId(1)},${hexId(900)},R-1,2026-03-05,Key of the door,12.50`,
      `${hexId(2)},${hexId(900)},R-2,2026-03-05,Lieferung, morgen,12.50`,
      'Key,Account: ID,Invoice: Invoice Number,InvoiceDate,Key Notes,Amount',
      `${hexId(3)},${hexId(900)},R-3,2026-03-05,"a, ""b""",12.50`,
      'Amount,Key,Account: ID,Invoice: Invoice Number,InvoiceDate,Key Notes',
      `7.00,${hexId(4)},${hexId(900)},R-4,2026-03-05,`,
    ];
    lake.put('z/invoice_20260320.csv', `${lines.join('\n')}\n`);
    expect((await run(lake)).report.totals).toMatchObject({ read: 4, inserted: 4, repaired: 1, rejected: 0 });
    expect((await stored()).map((each) => [each['invoice_number'], each['comments'], Number(each['amount'])])).toEqual([
      ['R-1', 'Key of the door', 12.5],
      ['R-2', 'Lieferung, morgen', 12.5],
      ['R-3', 'a, "b"', 12.5],
      ['R-4', null, 7],
    ]);
  });

  test('of which a header comes again in another order is mapped by that one from there on', async () => {
    const lake = germanLake();
    const [first = '', ...others] = HEADER;
    const turned = row(2, { Bemerkung: 'x' });
    const lines = [HEADER, row(1, { Bemerkung: 'x' }), HEADER, [...others, first], [...turned.slice(1), turned[0] ?? '']].map((fields) => fields.join(';'));
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', gzipSync(Buffer.from(`${lines.join('\n')}\n`, 'latin1')));
    expect((await run(lake)).report.totals).toMatchObject({ read: 2, inserted: 2, rejected: 0 });
    expect((await stored()).map((each) => [each['source_id'], each['invoice_number'], Number(each['amount'])])).toEqual([[hexId(1), 'R-1', 1234.5], [hexId(2), 'R-2', 1234.5]]);
  });

  test('never has an amount stored that was read by the form of another column', async () => {
    const columns = { ...COLUMNS, Amount: { from: 'Betrag', unit: 'minor' }, Balance: { from: 'Rest', unit: 'minor' } };
    const lake = feedTestLake([{ brand: 'alpina', where: 'in/{entity}-{yyyy}{mm}{dd}.csv', streams: { invoice: { columns } } }]);
    const header = 'Schlüssel,Konto,Rechnungsnummer,Datum,Bemerkung,Zustand,Betrag,Rest,Geändert';
    const line = (number: number, amounts: string): string => `${hexId(number)},${hexId(900)},R-${number},2026-03-05,x,gebucht,${amounts},2026-03-20 00:30:00`;
    lake.put('in/invoice-20260320.csv', `${header}\n${line(1, '1234,100')}\n${line(2, '1234')}\n${line(3, '5,1')}\n${line(4, '12,34,100')}\n`);
    const { report } = await run(lake, { rejectLimit: parseRejectLimit('100%') });
    const rows = await stored();
    expect(report.totals).toMatchObject({ read: 4, inserted: rows.length });
    for (const { amount, balance, source_id: id } of rows) {
      expect([12.34, 0.05]).toContain(Number(amount));
      expect(id === hexId(3) ? 0.01 : 1).toBe(Number(balance ?? (id === hexId(3) ? 0.01 : 1)));
    }
    expect(rows.map(({ source_id: id }) => id)).toEqual(expect.arrayContaining([hexId(1), hexId(3)]));
  });

  test('has its bad rows in quarantine, as the file has their values; one that is aligned can be corrected there', async () => {
    const lake = germanLake();
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', german([row(1, { Datum: '31.02.2026' }), row(2, { Betrag: '12.5' }), row(3), ['kurz', 'x']]));
    const { report } = await run(lake, { rejectLimit: parseRejectLimit('100%') });
    expect(report.totals).toMatchObject({ read: 4, inserted: 1, rejected: 3 });
    const rejects = await listRejects(suite.database, {});
    expect(rejects.map(({ column_name: column, line, reason }) => [column, line, reason])).toEqual(expect.arrayContaining([
      ['InvoiceDate', 2, expect.stringContaining('31.02.2026')],
      ['Amount', 3, expect.stringContaining('12.5')],
    ]));
    const services = { database: suite.database, clock: testClock(), version: '0.0.0', signal: new AbortController().signal, config: { brands: [{ id: 'alpina' }] } };
    const dated = rejects.find(({ column_name: column }) => column === 'InvoiceDate')?.rejected_id ?? '';
    expect(await replayRejects(services, { ids: [dated] }, new Map([['InvoiceDate', '2026-02-28']]), false)).toMatchObject({ totals: { replayed: 1 } });
    expect((await stored()).find(({ source_id: id }) => id === hexId(1))).toMatchObject({ invoice_date: '2026-02-28', status: 'Posted' });
    const others = { ids: rejects.map(({ rejected_id: id }) => id).filter((id) => id !== dated) };
    // Of the others nothing can be stored: a repair must not move values of a form that it does not know.
    expect(await replayRejects(services, others, new Map(), false)).toMatchObject({ totals: { replayed: 0, still: 2 } });
    expect(await discardRejects(services, others)).toMatchObject({ totals: { discarded: 2 } });
  });

  test('without a column that it names refuses the batch, and says which may be meant', async () => {
    const lake = germanLake();
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', gzipSync(Buffer.from('Schlüssel;Konto;Rechnungsnumer\n', 'latin1')));
    const { problems } = await run(lake);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([['missing_header', 'alpina invoice 20260320T000000Z: The file has no column "Rechnungsnummer", from which the feed takes InvoiceNumber. Did you mean Rechnungsnumer?']]);
  });

  test('tells what lies beside it and is not read', async () => {
    const lake = germanLake({ account: { file: 'konten' } });
    lake.put('exports/2026/03/20/rechnungen_01.csv.gz', german([row(1)]));
    lake.put('exports/2026/03/20/rechnungen_01.xlsx', 'x');
    lake.put('exports/2026/3/20/rechnungen_02.csv.gz', 'x');
    lake.put('exports/2026/03/20/_SUCCESS', '');
    lake.write('invoice', '20260319T000000Z', csv([own(9)]));
    const { report } = await run(lake, { entities: [account, invoice] });
    expect(report.warnings.filter((warning) => warning.startsWith('not read')).sort()).toEqual([
      'not read: billing/invoice/brand=alpina/batch=20260319T000000Z, as hub.config.yaml declares another place for the feed',
      'not read: exports/2026/03/20/rechnungen_01.xlsx, as no feed of hub.config.yaml has a path of this form',
      'not read: exports/2026/3/20/rechnungen_02.csv.gz, as no feed of hub.config.yaml has a path of this form',
      'not read: exports/{yyyy}/{mm}/{dd}/konten_*.csv.gz, as no file has a path of this form',
    ]);
    expect(report.totals).toMatchObject({ inserted: 1 });
  });

  test('may be lines of JSON, with values within objects and columns that come later', async () => {
    const columns = { Id: 'id', InvoiceId: 'invoice.id', ChargeAmount: { from: 'amount', unit: 'minor', currency: 'JPY' }, ChargeDate: { from: 'created', epoch: 'seconds' } };
    const lake = feedTestLake([{ brand: 'alpina', where: '{brand}/{entity}/{batch}.jsonl', format: { kind: 'ndjson' }, streams: { invoice_item: { columns } } }]);
    const lines = [
      { id: hexId(1), invoice: { id: hexId(7) }, amount: 1200, created: 1_773_964_800 },
      // So many that the column of the last one comes in a later block.
      ...Array.from({ length: 600 }, (_, index) => ({ id: hexId(100 + index), invoice: { id: hexId(8) }, amount: 1, created: null })),
      { id: hexId(2), invoice: { id: hexId(7) }, amount: 5, created: null, SKU: 'A-1' },
    ].map((line) => JSON.stringify(line));
    lake.put('alpina/invoice_item/20260320T120000Z.jsonl', `${lines.join('\n')}\n\nno json\n`);
    const { report } = await run(lake, { entities: [invoiceItem], rejectLimit: parseRejectLimit('50%') });
    expect(report.totals).toMatchObject({ read: 603, inserted: 602, rejected: 1 });
    expect((await stored('raw_invoice_items')).filter((each) => each['invoice_id'] === hexId(7)).map((each) => [each['invoice_id'], Number(each['charge_amount']), each['charge_date'], each['sku']])).toEqual([
      [hexId(7), 1200, '2026-03-20 00:00:00.000000', null],
      [hexId(7), 5, null, 'A-1'],
    ]);
  });

  test('takes the rows that are its own, where one file holds those of several streams', async () => {
    const columns = { Id: 'key', AccountId: 'customer' };
    const lake = feedTestLake([{
      brand: 'alpina',
      where: 'in/{entity}_{yyyy}{mm}{dd}.csv',
      streams: {
        payment: { file: 'transactions', only: { type: 'Purchase' }, except: { state: ['declined', 'void'] }, columns: { ...columns, EffectiveDate: 'day' } },
        refund: { file: 'transactions', only: { type: ['refund', 'chargeback'] }, columns: { ...columns, PaymentId: 'of', RefundDate: 'day' } },
      },
    }]);
    const line = (number: number, type: string, state = 'ok'): string => `${hexId(number)},${hexId(900)},${hexId(1)},2026-03-05,12.50,${type},${state}`;
    lake.put('in/transactions_20260320.csv', `key,customer,of,day,amount,type,state\n${[line(1, 'purchase'), line(2, 'purchase', 'Declined'), line(3, 'refund'), line(4, 'verify'), line(5, ' CHARGEBACK')].join('\n')}\n`);
    const { report } = await run(lake, { entities: [payment, refund] });
    expect(report.items.map((item) => [item['entity'], item['read'], item['inserted']])).toEqual([['payment', 1, 1], ['refund', 2, 2]]);
    expect((await stored('raw_refunds')).map((each) => [each['source_id'], each['payment_id'], each['refund_date']])).toEqual([[hexId(3), hexId(1), '2026-03-05'], [hexId(5), hexId(1), '2026-03-05']]);
    lake.put('in/transactions_20260321.csv', 'key,customer,of,day,amount,kind,state\n');
    expect((await run(lake, { entities: [payment] })).problems.map(({ message }) => message)).toEqual([expect.stringContaining('The file has no column "type", from which the feed takes its rows.')]);
  });

  test('keeps nothing of headers that it leaves out, and what it knows nothing of under a name that is none of hub\'s', async () => {
    const columns = { Type: { value: 'Electronic' }, Id: 'key', AccountId: 'customer', RefundDate: 'day' };
    const lake = feedTestLake([{ brand: 'alpina', where: '{entity}-{yyyy}{mm}{dd}.csv', streams: { refund: { columns, without: ['Name', 'ship_*'] } } }]);
    lake.put('refund-20260320.csv', `key,customer,day,amount,name,ship_city,ship_zip,type,note\n${hexId(3)},${hexId(900)},2026-03-05,12.50,Anna,Wien,1010,purchase,x\n`);
    expect((await run(lake, { entities: [refund] })).report.totals).toMatchObject({ read: 1, inserted: 1 });
    const [row] = await stored('raw_refunds');
    expect([row?.['type'], row?.['source_type']]).toEqual(['Electronic', null]);
    expect(JSON.parse(String(row?.['extra']))).toEqual({ file_type: 'purchase', note: 'x' });
  });

  test('may take each element of a list in lines of JSON, and what stands around it', async () => {
    const lake = feedTestLake([{
      brand: 'alpina',
      where: 'in/{entity}_{yyyy}{mm}{dd}.jsonl',
      format: { kind: 'ndjson' },
      streams: {
        invoice_item: { file: 'invoices', each: 'lines', columns: { Id: 'lines.key', InvoiceId: 'key', ChargeAmount: { from: 'lines.amount', unit: 'minor', currency_from: 'currency' }, SKU: { from: 'lines.goods.0.sku', optional: true } } },
        refund: { file: 'refunds', columns: { Id: 'key', AccountId: 'customer', RefundDate: 'day', CreditMemoId: 'notes.0.memo.key' } },
      },
    }]);
    const json = (lines: readonly object[]): string => lines.map((each) => `${JSON.stringify(each)}\n`).join('');
    lake.put('in/invoices_20260320.jsonl', `${json([
      { key: hexId(1), currency: 'EUR', lines: [{ key: hexId(11), amount: 1250, goods: [{ sku: 'A' }, { sku: 'B' }] }, { key: hexId(12), amount: 5 }] },
      { key: hexId(2), currency: 'JPY', lines: [] },
      { key: hexId(3), currency: 'JPY', lines: [{ key: hexId(13), amount: 700, goods: [] }] },
      { key: hexId(4), currency: 'JPY' },
    ])}no json\n`);
    lake.put('in/refunds_20260320.jsonl', json([{ key: hexId(5), customer: hexId(900), day: '2026-03-05', amount: '1.5', notes: [{ memo: { key: hexId(7) } }] }, { key: hexId(6), customer: hexId(900), day: '2026-03-05', amount: 2, notes: [] }]));
    const { report } = await run(lake, { entities: [invoiceItem, refund], rejectLimit: parseRejectLimit('50%') });
    expect(report.totals).toMatchObject({ read: 6, inserted: 5, rejected: 1 });
    expect((await stored('raw_invoice_items')).map((each) => [each['source_id'], each['invoice_id'], Number(each['charge_amount']), each['sku']])).toEqual([
      [hexId(11), hexId(1), 12.5, 'A'],
      [hexId(12), hexId(1), 0.05, null],
      [hexId(13), hexId(3), 700, null],
    ]);
    expect((await stored('raw_refunds')).map((each) => each['credit_memo_id'])).toEqual([hexId(7), null]);
    expect((await listRejects(suite.database, {})).map(({ line }) => line)).toEqual([4]);
  });

  test('may have lines before its header and after its data, or no header at all', async () => {
    const lake = feedTestLake([
      { brand: 'alpina', where: 'a/{entity}.{batch}.txt', format: { skip: 2, skip_end: 1, delimiter: '\t', quote: '' }, streams: { invoice: {} } },
      { brand: 'belmont', where: 'b/{entity}.{batch}.txt', format: { header: ['Id', 'AccountId', 'InvoiceNumber', 'InvoiceDate', 'Amount'], delimiter: '|' }, streams: { invoice: {} } },
    ]);
    const values = [hexId(1), hexId(900), 'R-"1', '2026-03-05', '12.5'];
    lake.put('a/invoice.20260320T000000Z.txt', `Export of\n"today\nId\tAccountId\tInvoiceNumber\tInvoiceDate\tAmount\n${values.join('\t')}\n1 rows\n`);
    lake.put('b/invoice.2026-03-20T00:00:00Z.txt', `${values.map((value) => value.replace('"', '')).join('|')}\n`);
    const { report } = await run(lake, { brands: ['alpina', 'belmont'] });
    expect(report.totals).toMatchObject({ read: 2, inserted: 2, rejected: 0 });
    expect((await stored()).map((each) => [each['brand'], each['invoice_number'], each['lake_batch']])).toEqual([
      ['alpina', 'R-"1', '20260320T000000Z'],
      ['belmont', 'R-1', '20260320T000000Z'],
    ]);
  });
});
