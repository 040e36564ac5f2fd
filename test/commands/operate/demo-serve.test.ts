import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';

import { workspace } from '../../support/program/hub.ts';

const BROWSER = process.env['CHROME_PATH'] ?? '/usr/bin/chromium';
const hasBrowser = existsSync(BROWSER);
const inBrowser = hasBrowser ? test : test.skip;
const skipped = hasBrowser ? '' : ' (NOT RUN: there is no browser; set CHROME_PATH or install chromium)';
const LONGEST_START_MS = 20_000;

inBrowser(`the landing page of hub demo --serve can be sent by a person, who is led on, and the lead is imported at the end${skipped}`, async () => {
  const place = workspace({ HUB_SERVE_LISTEN: '127.0.0.1:0' });
  const { child, ended } = place.start(['demo', '--serve', '--output', 'json']);
  let log = '';
  child.stderr?.on('data', (chunk: string) => (log += chunk));
  const address = (): string | undefined => /"url":"(http:\/\/127\.0\.0\.1:\d+)"/.exec(log)?.[1];
  for (let waited = 0; waited < LONGEST_START_MS && address() === undefined; waited += 50) await sleep(50);
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(address() ?? '');
    await page.getByRole('textbox', { name: 'email' }).fill('anna@mail.ch');
    await page.getByLabel('country').selectOption('FR');
    await page.getByLabel('optin').check();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL(/\/arrived/);
    expect(await page.locator('#target').textContent()).toMatch(/^https:\/\/go\.alpina\.example\/thanks\?l=lead_[0-9a-f]{24}$/);
    await page.getByRole('link', { name: 'Once more' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForURL(/\/arrived/);
    expect(await page.locator('#target').textContent()).toBe('https://go.alpina.example/form?e=email%2Ccountry');
  } finally {
    await browser.close();
  }
  child.kill('SIGTERM');
  const result = await ended;
  expect({ code: result.code, log: result.log().filter(({ level }) => level !== 'info') }).toEqual({ code: 0, log: [] });
  const { leads } = result.json() as { leads: { items: { outcome: string }[] } };
  expect(leads.items.map(({ outcome }) => outcome).sort()).toEqual(['created', 'invalid']);
}, 90_000);
