import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import type { ReportFile } from '../../../../src/pages/report/write/data-files.ts';
import { writeReportFolder } from '../../../../src/pages/report/write/report-folder.client.ts';
import { temporaryFolder } from '../../../support/suite/temporary-folder.ts';

const file = (name: string, text: string): ReportFile => ({ name, text, rows: null });

test('a folder takes the place of the one before it as a whole, for its owner only', async () => {
  const root = join(temporaryFolder('report'), 'reports');
  await writeReportFolder(root, '2026-03-18', [file('index.html', 'old'), file('gone.html', 'old')]);
  await writeReportFolder(root, '2026-03-18', [file('index.html', 'new'), file('data/a/b.csv', 'x'), file('manifest.json', '{}')]);

  const folder = join(root, '2026-03-18');
  expect(readdirSync(root)).toEqual(['2026-03-18']);
  expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()).toEqual(['data', 'data/a', 'data/a/b.csv', 'index.html', 'manifest.json']);
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('new');
  expect([statSync(join(folder, 'data/a/b.csv')).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
});

test('what a run that was stopped left of the date is removed, and of no other date', async () => {
  const root = temporaryFolder('report');
  for (const name of ['.2026-03-18.aa.unfinished', '.2026-03-19.bb.unfinished']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'index.html'), 'half');
  }
  await writeReportFolder(root, '2026-03-18', [file('index.html', 'new')]);
  expect(readdirSync(root).sort()).toEqual(['.2026-03-19.bb.unfinished', '2026-03-18']);
});

test('a place that cannot be written is refused with a next step, and the folder before it stays', async () => {
  const root = temporaryFolder('report');
  await writeReportFolder(root, '2026-03-18', [file('index.html', 'old')]);
  await expect(writeReportFolder(root, '2026-03-18', [file('a', 'x'), file('a/b', 'x')])).rejects.toMatchObject({ code: 'report_unwritable', nextStep: expect.stringContaining('--output-dir') });
  expect(readFileSync(join(root, '2026-03-18', 'index.html'), 'utf8')).toBe('old');
  expect(readdirSync(root)).toEqual(['2026-03-18']);

  const taken = join(root, 'taken');
  writeFileSync(taken, '');
  await expect(writeReportFolder(taken, '2026-03-18', [file('a', 'x')])).rejects.toMatchObject({ kind: 'configuration' });
  expect(existsSync(taken)).toBe(true);
});
