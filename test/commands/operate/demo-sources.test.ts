import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { workspace } from '../../support/program/hub.ts';

interface Figure {
  readonly kind: string | null;
  readonly rows: number;
  readonly sums: Readonly<Record<string, number>>;
}

test('hub demo --sources brings two days of a shop, its payments, its ads and its visits into the hub, past faults, and its figures belong together', async () => {
  const place = workspace();
  const run = await place.hub(['demo', '--sources', '--output', 'json']);
  expect(run.code).toBe(0);
  const { first, second, platforms, figures } = JSON.parse(run.stdout) as { readonly [name in 'first' | 'second']: { readonly totals: Readonly<Record<string, number>> } } & {
    readonly platforms: { readonly requests: number; readonly faults: number };
    readonly figures: Readonly<Record<'orders' | 'sales' | 'movements' | 'payouts', readonly Figure[]>>;
  };
  expect(platforms.faults).toBe(5);
  expect(first.totals).toMatchObject({ failed: 0, waiting: 0 });
  // The second day asks for what is new, not for everything again.
  expect(second.totals['records']).toBeLessThan((first.totals['records'] ?? 0) / 3);
  const sum = (list: readonly Figure[], name: string): number => list.reduce((total, { sums }) => total + (sums[name] ?? 0), 0);
  const { orders, sales, movements, payouts } = figures;
  expect(orders).toMatchObject([{ rows: 134 }]);
  expect(sum(orders, 'refunded')).toBeGreaterThan(0);
  expect(sum(sales, 'net') + sum(sales, 'tax')).toBe(sum(orders, 'total') - sum(orders, 'refunded'));
  expect(sum(movements, 'gross')).toBe(sum(orders, 'total') - sum(orders, 'refunded'));
  expect(sum(movements, 'gross') - sum(movements, 'fee')).toBe(sum(movements, 'net'));
  expect(payouts).toMatchObject([{ kind: 'paid', rows: 1 }]);
  expect(readdirSync(join(place.folder, '.hub', 'demo-sources')).filter((name) => !name.startsWith('.')).sort()).toEqual(['amazon_ads', 'ga4', 'google_ads', 'meta_ads', 'shopify', 'stripe']);

  const page = readFileSync(join(place.folder, '.hub', 'demo-sources-report', '2026-11-28', 'marketing.html'), 'utf8');
  for (const platform of ['meta', 'google', 'amazon', 'Paid Social']) expect(page).toContain(`>${platform}<`);
  expect(page).toContain('Final until 2026-10-28');
  expect(page).toContain('lack rows that could tell of single persons');

  const text = await place.hub(['demo', '--sources']);
  expect(text.code).toBe(0);
  expect(text.stdout).toContain('5 answers were refused, cut or never came');
  expect(text.stdout).toContain('Look further:');
  // Nothing of a credential is shown or stays.
  expect(`${text.stdout}${text.stderr}`).not.toMatch(/shpss_|shpat_|rk_test_|simulated-system-user|Atzr|PRIVATE KEY/);
});
