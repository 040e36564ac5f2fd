import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, beforeEach, expect, test } from '@jest/globals';

import { compileForms, requireSound } from '../../../src/leads/forms/forms.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { storedState } from '../../support/databases/stored-state.ts';
import { PROJECT, workspace, type Workspace } from '../../support/program/hub.ts';
import { FORMS_TEXT } from '../../leads/intake/intake.ts';
import { SOURCES_TEXT, webhook, webhookIntake } from './intake.ts';

const ID_KEY = 'a key of the tests, as long as one must be';

describeEachDatabase('webhooks, killed', (suite) => {
  const intake = webhookIntake();
  let place: Workspace;
  const lines = [webhook('a', 'charge.x', { object: { id: 'ch_1' } }), webhook('b', 'form.sent', { email: 'anna@mail.ch', country: 'FR' }), webhook('c', 'contact.unsubscribed', { email: 'bob@mail.ch', at: 1_773_100_800 }), webhook('d', 'charge.x', {})];

  beforeAll(() => {
    intake.publish('20260310T120000Z-0', lines);
    intake.publish('20260310T120100Z-1', [webhook('a', 'charge.x', { object: { id: 'ch_1' } }), ...lines.slice(1)]);
    place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY, HUB_INTAKE_URL: `file:${intake.folder}` });
    mkdirSync(join(place.folder, 'config'));
    for (const [name, text] of [['forms.yaml', FORMS_TEXT], ['webhooks.yaml', SOURCES_TEXT]] as const) writeFileSync(join(place.folder, 'config', name), text);
    copyFileSync(join(PROJECT, 'config', 'destinations.yaml'), join(place.folder, 'config', 'destinations.yaml'));
    const config = join(place.folder, 'hub.config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/redirect_hosts: .*/, 'redirect_hosts: [go.example]'));
    requireSound(compileForms({ file: 'forms.yaml', text: FORMS_TEXT }, { brands: ['alpina', 'belmont'], redirectHosts: ['go.example'], idKey: ID_KEY }));
  });
  beforeEach(() => suite.empty());

  test.each(['intake.batch.written', 'intake.batch.committed', 'intake.batch.written:2'])('%s: a second import leaves the tables of a clean one', async (point) => {
    const IMPORT = ['import-intake', '--no-progress', '--kind', 'webhook'];
    expect((await place.hub(IMPORT)).code).toBe(3);
    const clean = await storedState(suite.database);
    expect(clean['webhooks']).toHaveLength(4);
    await suite.empty();
    expect((await place.hub(IMPORT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
    expect([0, 3]).toContain((await place.hub(IMPORT)).code);
    expect(await storedState(suite.database)).toEqual(clean);
  }, 120_000);

  test('webhooks.page.written: a second replay leaves what one that was not killed leaves', async () => {
    await place.hub(['import-intake', '--no-progress', '--kind', 'webhook']);
    const before = await storedState(suite.database);
    const REPLAY = ['webhooks', 'replay', '--all', '--state', 'dead'];
    expect((await place.hub(REPLAY, { HUB_FAILPOINT: 'webhooks.page.written' })).code).toBe('SIGKILL');
    expect((await storedState(suite.database))['webhooks']).toEqual(before['webhooks']);
    expect((await place.hub(REPLAY)).code).toBe(3);
    const rows = await suite.database.read((knex) => knex('webhooks').orderBy('event_id').select<{ tries: number }[]>('tries'));
    expect(rows.map(({ tries }) => tries)).toEqual([1, 1, 1, 2]);
  }, 120_000);
});
