import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

import { testClock } from '../../support/suite/clock.ts';
import { customerLake } from '../../support/rows/customers.ts';
import { migrate, newDatabase } from '../../support/databases/databases.ts';
import { enrich, importAll } from '../../support/stages/enrich.ts';
import { workspace, type Workspace } from '../../support/program/hub.ts';
import { ID_KEY } from '../../support/stages/orders.ts';
import { bringOrdersUp } from '../../support/stages/reconcile.ts';

const BROWSER = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(BROWSER);
const inBrowser = hasBrowser ? test : test.skip;
const skipped = hasBrowser ? '' : ' (NOT RUN: there is no browser; set CHROME_PATH or install chromium)';

/** A style of an element as the browser works it out. */
async function styleOf(element: Locator, name: string): Promise<string> {
  interface Styles {
    readonly getComputedStyle: (element: unknown) => Readonly<Record<string, string>>;
  }
  return element.evaluate((node, property) => (globalThis as unknown as Styles).getComputedStyle(node)[property] ?? '', name);
}

/** How bright a colour of the browser is, from 0 to 255. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}

/** The page of a database from which the totals of an account were deleted. */
async function brokenPage(): Promise<string> {
  const { url, database } = await newDatabase('sqlite');
  const clock = testClock();
  await migrate(database);
  await importAll(database, customerLake('20260301T050000Z', [{ number: 1 }, { number: 2, email: 'person2@mail.invalid' }]), clock);
  await enrich(database, clock);
  const place = workspace({ HUB_DATABASE_URL: url, HUB_ID_KEY: ID_KEY });
  for (const command of ['assemble-orders', 'attribute-refunds']) expect((await place.hub([command])).code).toBe(0);
  await database.write((tx) => tx('customer_accounts').delete());
  const file = join(place.folder, 'broken.html');
  const { code } = await place.hub(['reconcile', '--as-of', '2026-04-01', '--html', file]);
  expect(code).toBe(3);
  return file;
}

describe('hub reconcile', () => {
  test('refuses a reason that there is not, and ends with 3 if something is unexplained', async () => {
    const { url, database } = await newDatabase('sqlite');
    const clock = testClock();
    await migrate(database);
    await importAll(database, customerLake('20260301T050000Z', [{ number: 1 }]), clock);
    await enrich(database, clock);
    const place = workspace({ HUB_DATABASE_URL: url, HUB_ID_KEY: ID_KEY });
    // By the program itself: what another version has decided, its next run takes up again.
    for (const command of ['assemble-orders', 'attribute-refunds']) expect((await place.hub([command])).code).toBe(0);
    await database.write((tx) => tx('customer_accounts').delete());

    const unknown = await place.hub(['reconcile', '--list', 'nonsense']);
    expect(unknown.code).toBe(2);
    expect(unknown.log()[0]).toMatchObject({ code: 'unknown_reason' });

    const refused = await place.hub(['reconcile', '--as-of', '2026-04-01', '--output', 'json']);
    expect(refused.code).toBe(3);
    expect(refused.json()).toMatchObject({ status: 'refused', totals: { unexplained: 4, mend: [{ line: expect.stringMatching(/^hub assemble-orders --recompute --account [0-9a-f]{32}$/) }] } });
  }, 60_000);
});

describe('the page of hub reconcile', () => {
  let place: Workspace;
  let file = '';

  beforeAll(async () => {
    const { url, database } = await newDatabase('sqlite');
    const clock = testClock();
    await migrate(database);
    await importAll(database, customerLake('20260301T050000Z', [{ number: 1 }, { number: 2, email: 'person1@mail.invalid' }, { number: 3, email: 'qa+3@mail.invalid' }]), clock);
    await enrich(database, clock);
    await bringOrdersUp(database, clock);
    place = workspace({ HUB_DATABASE_URL: url, HUB_ID_KEY: ID_KEY });
    file = join(place.folder, 'page.html');
  }, 60_000);

  test('is written by the command whole, readable by its owner only, and holds no personal data', async () => {
    const { code, stdout, stderr } = await place.hub(['reconcile', '--as-of', '2026-04-01', '--html', file]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('The page is in page.html.');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/<\/html>\n$/);
    expect(page + stdout).not.toMatch(/mail\.invalid|Gruber|Anna/);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org\/)/);
  });

  test('is refused with a next step where it cannot be written', async () => {
    const refused = await place.hub(['reconcile', '--html', join(place.folder, 'missing', 'page.html'), '--dry-run']);

    expect(refused.code).toBe(2);
    expect(refused.log()[0]).toMatchObject({ code: 'page_unwritable' });
  });

  describe(`in a browser without scripts and network${skipped}`, () => {
    let browser: Browser | undefined;
    let page: Page;
    const requests: string[] = [];

    beforeAll(async () => {
      if (!hasBrowser) return;
      browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1_100, height: 900 } });
      page = await context.newPage();
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(`file://${file}`);
    }, 60_000);

    afterAll(async () => {
      await browser?.close();
    });

    inBrowser('shows each bridge as a chart whose bars and figures can be seen', async () => {
      const charts = page.locator('figure .wide svg');
      // Five of counts, one of monthly recurring revenue.
      expect(await charts.count()).toBe(6);
      for (const chart of await charts.all()) {
        const box = await chart.boundingBox();
        expect(box?.width).toBeGreaterThan(600);
        expect(box?.height).toBeGreaterThan(70);
      }
      const first = charts.first();
      expect(await first.locator('text', { hasText: /^test data$/ }).isVisible()).toBe(true);
      expect(await first.locator('text', { hasText: /^−1$/ }).isVisible()).toBe(true);
      expect(await page.locator('.verdict.good').isVisible()).toBe(true);
      expect(requests).toHaveLength(1);
    });

    inBrowser('shows monthly recurring revenue as a chart and a table, from billing to hub', async () => {
      const section = page.locator('section', { has: page.locator('h2', { hasText: /^Monthly recurring revenue$/ }) });
      expect(await section.locator('h3').allTextContents()).toEqual(['Alpina, EUR']);
      expect(await section.locator('tbody tr.sum th').allTextContents()).toEqual(['Billing: MRR field of versions with status Active', 'Hub: MRR']);
      // The example has no MRR field: all of it comes from prices.
      expect(await section.locator('tbody tr.step td').allTextContents()).toEqual(['2', '+19.80']);
      expect(await section.locator('.wide svg text', { hasText: /^\+19\.80$/ }).isVisible()).toBe(true);
    });

    inBrowser('fits a narrow screen without scrolling sideways as a whole', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      for (const part of [page.locator('main'), ...(await page.locator('section').all())]) {
        const box = await part.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(390);
      }
      await page.setViewportSize({ width: 1_100, height: 900 });
    });

    inBrowser('shows on a narrow screen charts that are drawn for it, with labels that can be read', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      expect(await page.locator('figure .wide').first().isVisible()).toBe(false);
      const label = page.locator('figure .narrow text', { hasText: /^test data$/ }).first();
      expect((await label.boundingBox())?.height).toBeGreaterThanOrEqual(11);
      expect((await page.locator('figure .narrow svg').first().boundingBox())?.width).toBeGreaterThan(300);
      await page.setViewportSize({ width: 1_100, height: 900 });
    });

    inBrowser('is light ink on dark ground where the reader has chosen that, charts too', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      const colours = await Promise.all([
        styleOf(page.locator('body'), 'backgroundColor'),
        styleOf(page.locator('body'), 'color'),
        styleOf(page.locator('figure .wide text', { hasText: /^test data$/ }).first(), 'fill'),
      ]);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(colours.map((colour) => brightness(colour) > 128)).toEqual([false, true, true]);
    });

    inBrowser('names in its red box what is unexplained or broken, each with a link to where it stands', async () => {
      await page.goto(`file://${await brokenPage()}`);
      const links = page.locator('.verdict.bad a');
      expect(await links.allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/posted invoices: -\S+ EUR unexplained/), expect.stringMatching(/^Broken: account totals/)]));
      expect(await page.locator('.verdict.bad code').allTextContents()).toEqual(['hub reconcile --list unexplained', expect.stringMatching(/^hub assemble-orders --recompute/)]);
      for (const link of await links.all()) {
        const target = (await link.getAttribute('href')) ?? '';
        expect(await page.locator(target).count()).toBe(1);
      }
      await page.goto(`file://${file}`);
    });
  });
});
