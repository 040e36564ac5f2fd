import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../src/core/time.ts';
import { migrate, newDatabase } from '../support/databases/databases.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';
import { fillMetricTables, makeMetricTables } from '../support/rows/metric-tables.ts';
import { S3Server } from '../support/servers/s3-server.ts';
import { ID_KEY } from '../support/stages/orders.ts';

describe('hub report', () => {
  let place: Workspace;

  beforeAll(async () => {
    const { url, database } = await newDatabase('sqlite');
    await migrate(database);
    await makeMetricTables(database);
    await fillMetricTables(database, '2026-03-18' as LocalDate);
    place = workspace({ HUB_DATABASE_URL: url, HUB_ID_KEY: ID_KEY });
  }, 60_000);

  test('writes the folder of the date beside the configuration, and is recorded as a run', async () => {
    const { code, stdout, stderr } = await place.hub(['report', '--as-of', '2026-03-18', '--page', 'subscriptions']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('files are in .hub/reports/2026-03-18.');
    expect(readFileSync(join(place.folder, '.hub/reports/2026-03-18/subscriptions.html'), 'utf8')).toMatch(/<\/html>\n$/);
    const runs = await place.hub(['runs', 'list', '--command', 'report', '--output', 'json']);
    expect(runs.json()).toMatchObject([{ command: 'report', status: 'succeeded' }]);
  });

  test('a dry run writes nothing', async () => {
    const { code, stdout } = await place.hub(['report', '--as-of', '2026-03-18', '--output-dir', 'elsewhere', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('dry run: nothing was written');
    expect(existsSync(join(place.folder, 'elsewhere'))).toBe(false);
  });

  test('writes to S3 with the manifest last', async () => {
    const s3 = await S3Server.start();
    try {
      const arguments_ = ['report', '--as-of', '2026-03-18', '--page', 'ltv', '--format', 'html', '--output-dir', s3.place('reports', 'hub')];
      const { code, stdout } = await place.hub(arguments_, { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' });
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('s3://reports/hub/2026-03-18') });
      expect(s3.requests).toEqual(['index.html', 'ltv.html', 'manifest.json'].map((name) => `PUT reports/hub/2026-03-18/${name}`));
    } finally {
      await s3.close();
    }
  });

  test.each([
    [['--page', 'revenu'], 'unknown_page'],
    [['--output-dir', 'https://bucket/reports'], 'invalid_report_output'],
  ])('refuses %j: %s', async (args, code) => {
    const refused = await place.hub(['report', ...args]);
    expect(refused.code).toBe(2);
    expect(refused.log()[0]).toMatchObject({ code });
  });
});
