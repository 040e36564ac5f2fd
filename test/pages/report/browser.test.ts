import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';

import type { LocalDate } from '../../../src/core/time.ts';
import { reportPages } from '../../../src/pages/report/pages.ts';
import { runReport } from '../../../src/pages/report/run-report.ts';
import { writeReportFolder } from '../../../src/pages/report/write/report-folder.client.ts';
import { testClock } from '../../support/suite/clock.ts';
import { migrate, newDatabase } from '../../support/databases/databases.ts';
import { fillMetricTables, makeMetricTables } from '../../support/rows/metric-tables.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const BROWSER = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(BROWSER);
const inBrowser = hasBrowser ? test : test.skip;
const skipped = hasBrowser ? '' : ' (NOT RUN: there is no browser; set CHROME_PATH or install chromium)';
const asOf = '2026-03-18' as LocalDate;

describe(`the pages of hub report in a browser without scripts and network${skipped}`, () => {
  let browser: Browser | undefined;
  let page: Page;
  let folder = '';
  const requests: string[] = [];
  const open = (name: string) => page.goto(`file://${join(folder, asOf, `${name}.html`)}`);

  beforeAll(async () => {
    if (!hasBrowser) return;
    const { database } = await newDatabase('sqlite');
    await migrate(database);
    await makeMetricTables(database);
    await fillMetricTables(database, asOf);
    folder = temporaryFolder('report');
    const brands = ['alpina', 'nordkraft'];
    const view = { asOf, brands, allBrands: brands, from: null, until: null, names: new Map([['alpina', 'Alpina'], ['nordkraft', 'Nordkraft']]) };
    await runReport({ database, clock: testClock(), version: 'test' }, { view, pages: reportPages, formats: ['html', 'csv', 'json'], dryRun: false, place: folder, write: (date, files) => writeReportFolder(folder, date, files) });
    browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
    page = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1_280, height: 900 } })).newPage();
    page.on('request', (request) => requests.push(request.url()));
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
  });

  inBrowser.each(['index', ...reportPages.map(({ name }) => name)])('%s fits a desk and a phone, and nothing of it stands over something else', async (name) => {
    requests.length = 0;
    for (const width of [1_280, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await open(name);
      // What is folded away must fit too; what a fold holds can be opened only once it is open itself.
      for (const fold of ['details.block > summary', 'details:not(.block) > summary']) for (const summary of await page.locator(fold).all()) await summary.click();
      for (const part of await page.locator('main, section, figure, .card, nav li').all()) {
        const box = await part.boundingBox();
        if (box !== null) expect(box.x + box.width).toBeLessThanOrEqual(width);
      }
      for (const card of await page.locator('.card').all()) {
        const [value, label] = [await card.locator('b').boundingBox(), await card.locator('span').boundingBox()];
        const [right, below] = [(value?.x ?? 0) + (value?.width ?? 0), (value?.y ?? 0) + (value?.height ?? 0)];
        expect(right <= (label?.x ?? 0) || below <= (label?.y ?? 0)).toBe(true);
      }
    }
    expect(new Set(requests).size).toBe(1);
  }, 60_000);

  inBrowser('each section has its definition, unit and coverage, and each chart a table under it', async () => {
    for (const { name, sections } of reportPages) {
      await open(name);
      expect(await page.locator('section h2').allTextContents()).toEqual(sections.map(({ title }) => title));
      expect(await page.locator('section > .unit').count()).toBe(sections.length);
      expect(await page.locator('section > .note.small', { hasText: 'Coverage:' }).count()).toBe(sections.length);
      const charts = await page.locator('figure').count();
      expect(await page.locator('figure ~ details table, figure ~ .scroll table').count()).toBeGreaterThanOrEqual(charts);
    }
  }, 60_000);

  inBrowser('the labels of charts are drawn for the width, and can be read', async () => {
    await open('subscriptions');
    for (const [width, layout] of [[1_280, 'wide'], [390, 'narrow']] as const) {
      await page.setViewportSize({ width, height: 900 });
      const label = page.locator(`#mrr .${layout} svg text`).first();
      expect(await label.isVisible()).toBe(true);
      expect((await label.boundingBox())?.height).toBeGreaterThanOrEqual(11);
    }
  });

  inBrowser('links lead to the other pages, to sections and to the data', async () => {
    await open('ltv');
    for (const link of await page.locator('a').all()) {
      const target = (await link.getAttribute('href')) ?? '';
      if (target.startsWith('#')) expect(await page.locator(target).count()).toBe(1);
      else expect(existsSync(join(folder, asOf, target))).toBe(true);
    }
  });
});
