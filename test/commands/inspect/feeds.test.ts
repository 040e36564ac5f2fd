import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { workspace, type Workspace } from '../../support/program/hub.ts';
import { hexId } from '../../support/lakes/lake.ts';

const FEEDS = `
feeds:
  - brand: alpina
    where: exports/{yyyy}/{mm}/{dd}/{entity}_*.csv
    format: { delimiter: ";", decimal: comma }
    streams:
      invoice: { expect: { every: 36h }, columns: { InvoiceNumber: "Invoice: No.", Amount: Total, Status: { from: State, values: { open: Draft } } } }
      account: { file: customers }
  - brand: belmont
    where: exports/belmont_{entity}.csv
    expect: { every: 24h }
    streams:
      invoice: { columns: { Amount: Totals } }
`;
const HEADER = 'Id;AccountId;Invoice: No.;InvoiceDate;Total;State;Region';
const line = (number: number, amount: string, state = 'open'): string => `${hexId(number)};${hexId(900)};R-${number};2026-03-05;${amount};${state};north`;

describe('hub feeds and an import of them', () => {
  let place: Workspace;
  const put = (name: string, text: string): void => {
    const file = join(place.folder, 'lake', name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  };
  beforeAll(() => {
    place = workspace({ HUB_LAKE_URL: 'file:lake' });
    appendFileSync(join(place.folder, 'hub.config.yaml'), FEEDS);
    put('exports/2026/03/20/invoice_1.csv', `${HEADER}\n${line(1, '12,50')}\n${line(2, '1.5')}\n${[3, 4, 5, 6].map((number) => line(number, '7,00', 'halted')).join('\n')}\n`);
    put('exports/2026/03/19/invoice_1.csv', `${HEADER}\n${line(7, '12,50')}\n`);
    put('exports/belmont_invoice.csv', 'Id,AccountId,InvoiceNumber,InvoiceDate,Total\n');
  });

  test('list shows where each feed lies, its newest batch and how old that is', async () => {
    const listed = await place.hub(['feeds', 'list', '--output', 'json']);
    expect(listed.code).toBe(0);
    expect(listed.json()).toEqual([
      { brand: 'alpina', entity: 'invoice', path: 'exports/{yyyy}/{mm}/{dd}/{entity}_*.csv', batches: 2, newest_batch: '20260320T000000Z', newest_files: 1, days: expect.any(Number), late_hours: expect.any(Number) },
      { brand: 'alpina', entity: 'account', path: 'exports/{yyyy}/{mm}/{dd}/{entity}_*.csv', batches: 0, newest_batch: null, newest_files: 0, days: null, late_hours: null },
      { brand: 'belmont', entity: 'invoice', path: 'exports/belmont_{entity}.csv', batches: 1, newest_batch: expect.any(String), newest_files: 1, days: 0, late_hours: 0 },
    ]);
  });

  test('list and doctor tell for how long a batch is due that is expected', async () => {
    const [invoice] = (await place.hub(['feeds', 'list', '--output', 'json'])).json() as { late_hours: number; days: number }[];
    expect(Math.abs((invoice?.late_hours ?? 0) - ((invoice?.days ?? 0) * 24 - 36))).toBeLessThanOrEqual(24);
    expect((await place.hub(['doctor'])).stdout.replace(/\s+/g, ' ')).toContain('look at the exporter of alpina invoice: a batch is due for');
  });

  test('check says what would be stored, rejected and unknown, shows no value, and needs no database', async () => {
    const { code, stdout } = await place.hub(['feeds', 'check'], { HUB_DATABASE_URL: 'mysql://nobody:x@127.0.0.1:1/none' });
    expect(code).toBe(3);
    expect(stdout).toMatch(/alpina {2,}invoice {2,}20260320T000000Z {2,}6 {2,}5 {2,}0 {2,}1\n/);
    expect(stdout).toContain('alpina invoice: 1 row rejected: invalid_value in Amount, first exports/2026/03/20/invoice_1.csv:3\n');
    expect(stdout).toContain('alpina invoice: unknown columns, kept in extra: Region\n');
    expect(stdout).toContain('alpina invoice: values of Status that are not listed: halted (4)\n');
    expect(stdout).toContain('alpina account: no file has a path of the form exports/{yyyy}/{mm}/{dd}/{entity}_*.csv\n');
    expect(stdout).toContain('belmont invoice: nothing would be stored: The file has no column "Totals", from which the feed takes Amount. Did you mean Total? (exports/belmont_invoice.csv)');
    expect(stdout).not.toMatch(/R-\d|1\.5/);
  });

  test('check takes the feeds that are asked for, and ends with 0 if nothing is wrong', async () => {
    put('exports/2026/03/21/customers_1.csv', `Id;AccountNumber;Currency\n${hexId(900)};A-1;EUR\n`);
    const checked = await place.hub(['feeds', 'check', '--entity', 'account', '--output', 'json']);
    expect([checked.code, checked.json()]).toEqual([0, [expect.objectContaining({ entity: 'account', read: 1, stored: 1, rejected: 0, refused: null })]]);
    expect((await place.hub(['feeds', 'check', '--entity', 'acount'])).log()).toMatchObject([{ code: 'unknown_entity', next: expect.stringContaining('Did you mean account?') }]);
  });

  test('what was checked is imported, and other brands from hub\'s own form beside it', async () => {
    mkdirSync(join(place.folder, 'lake/billing/account/brand=corvina/batch=20260320T000000Z'), { recursive: true });
    writeFileSync(join(place.folder, 'lake/billing/account/brand=corvina/batch=20260320T000000Z/a.csv'), `Id,AccountNumber,Currency\n${hexId(1)},C-1,CHF\n`);
    const run = await place.hub(['import-billing', '--entity', 'account', 'invoice', '--max-rejects', '50%', '--output', 'json']);
    expect(run.code).toBe(3);
    expect(run.json()).toMatchObject({ totals: { batches: 4, refused: 1, inserted: 8, rejected: 1 } });
  });

  test('needs says what results stand on, what of it is absent or empty, and what is wrong without', async () => {
    const needs = await place.hub(['feeds', 'needs', '--brand', 'alpina', 'corvina', '--output', 'json']);
    expect(needs.code).toBe(3);
    const of = (entity: string, column?: string): unknown => (needs.json() as { entity: string; column?: string; brands: object }[]).find((need) => need.entity === entity && need.column === column)?.brands;
    expect(of('account')).toEqual({ alpina: 'stored', corvina: 'stored' });
    expect(of('account', 'test__c')).toEqual({ alpina: 'empty', corvina: 'empty' });
    expect(of('invoice')).toEqual({ alpina: 'stored', corvina: 'absent' });
    const { stdout } = await place.hub(['feeds', 'needs', '--brand', 'alpina']);
    expect(stdout).toMatch(/invoice_payment +attribute-refunds +absent\n/);
    expect(stdout).toContain('missing invoice_payment of alpina (absent): It is not known what a payment paid');
    const nothing = await workspace().hub(['feeds', 'needs']);
    expect([nothing.code, nothing.stdout]).toEqual([2, expect.stringContaining('missing account of alpina (absent), belmont (absent), corvina (absent): There is nobody.')]);
  });

  test('sniff proposes an entry that check accepts: it stands in the configuration as it was printed', async () => {
    const other = workspace({ HUB_LAKE_URL: 'file:lake' });
    cpSync('fixtures/exports/recurly', join(other.folder, 'lake'), { recursive: true });
    const sniffed = await other.hub(['feeds', 'sniff', 'lake/recurly/20260320T080000Z/invoices.csv', 'lake/recurly/20260320T080000Z/adjustments.csv', '--brand', 'belmont']);
    expect([sniffed.code, sniffed.stdout]).toEqual([0, expect.stringMatching(/^# Append what follows[^]*# invoice: 11 rows of recurly\/20260320T080000Z\/invoices\.csv\n# header +column +told by +values, masked\n[^]*\nfeeds:\n/)]);
    expect(sniffed.stdout).toMatch(/# invoice_total +Amount +name +99\.99\n/);
    expect(sniffed.stdout).toContain('# kept in extra: closed_at, net_terms,');
    expect(sniffed.stdout).not.toMatch(/29\.90|Keller|cust-1001/);
    appendFileSync(join(other.folder, 'hub.config.yaml'), `\n${sniffed.stdout}`);
    const checked = await other.hub(['feeds', 'check', '--output', 'json']);
    expect([checked.code, checked.json()]).toEqual([0, [expect.objectContaining({ brand: 'belmont', entity: 'invoice', read: 11, stored: 11, refused: null }), expect.objectContaining({ entity: 'invoice_item', read: 9, stored: 9 })]]);
    expect(sniffed.stdout).toContain('# open: the headers are those of the profile recurly');
    expect((await other.hub(['feeds', 'profiles'])).stdout).toMatch(/^zuora-datasource: [^]*\nrecurly: Recurly, [^]*  streams: account \(accounts\), [^]*  yours: Currency of account[^]*  source: https:\/\/docs\.recurly\.com/);
    const json = await other.hub(['feeds', 'sniff', 'lake/recurly/20260320T080000Z/adjustments.csv', '--output', 'json']);
    expect(json.json()).toMatchObject({ entry: { brand: 'alpina', where: 'recurly/{batch}/{entity}.csv' }, streams: [{ entity: 'invoice_item', rows: 9 }] });
    expect((await other.hub(['feeds', 'sniff', 'lake/none.csv'])).code).toBe(3);
    expect((await other.hub(['feeds', 'sniff', 'lake/recurly/20260320T080000Z/invoices.csv', '--entity', 'invoices'])).log()).toMatchObject([{ next: expect.stringContaining('Did you mean invoice?') }]);
  });

  test('without declared feeds they say how to declare some', async () => {
    expect((await workspace().hub(['feeds', 'list'])).stdout).toMatch(/^The configuration declares no feeds/);
  });
});
