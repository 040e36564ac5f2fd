import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { personIdOf } from '../../src/enriched/facts/person.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { shell, workspace, type Workspace } from '../support/program/hub.ts';
import { storedRelays } from '../support/stages/relays.ts';

const ENQUEUE = ['relays', 'enqueue', '--destination', 'partner', '--output', 'json'];
const FROM_STDIN = '"$HUB" relays enqueue --destination partner --file - --output json';

function placeFor(suite: TestDatabase, extra: Readonly<Record<string, unknown>> = {}): Workspace {
  const place = workspace({ HUB_DATABASE_URL: suite.url });
  const spec = { id: 'partner', mode: 'post', url: 'https://partner.example/', kinds: ['lead.created'], ...extra };
  writeFileSync(join(place.folder, 'destinations.yaml'), JSON.stringify({ destinations: [spec] }));
  writeFileSync(join(place.folder, 'hub.config.yaml'), 'brands:\n  - id: alpina\n    name: Alpina\ndestinations:\n  file: destinations.yaml\n');
  return place;
}

function linesOf(count: number): string {
  return Array.from({ length: count }, (_, lead) => `${JSON.stringify({ dedupe_key: `lead-${lead}`, payload: { lead } })}\n`).join('');
}

describeEachDatabase('hub relays enqueue', (suite) => {
  beforeEach(() => suite.empty());

  test.each([1, 203, 5_000])('reads %i lines of standard input that are there before the database answers, to the last', async (count) => {
    const place = placeFor(suite);
    writeFileSync(join(place.folder, 'lines'), linesOf(count));
    const environment = { HUB_DATABASE_URL: suite.url };
    for (const line of [`cat lines | ${FROM_STDIN}`, `${FROM_STDIN} < lines`]) {
      await suite.empty();
      const result = await shell(line, place.folder, environment);
      expect([result.stderr, result.code]).toEqual(['', 0]);
      expect(result.json()).toMatchObject({ totals: { read: count, enqueued: count, rejected: 0 } });
    }
    expect(await storedRelays(suite.database)).toHaveLength(count);
  });

  test('reads lines that come late, and the last one without an end', async () => {
    const result = await shell(`(printf '{"payload":{"a":1}}\\n'; sleep 1; printf '{"payload":{"a":2}}\\n{"payload":{"a":3}}') | ${FROM_STDIN}`, placeFor(suite).folder, { HUB_DATABASE_URL: suite.url });
    expect(result.json()).toMatchObject({ totals: { read: 3, enqueued: 3 } });
  });

  test('ends by SIGTERM while it waits for a line, with the run recorded as interrupted', async () => {
    const place = placeFor(suite);
    const child = spawn('bash', ['-c', `exec node "$PROGRAM" ${ENQUEUE.join(' ')} --file - < <(sleep 60)`], {
      cwd: place.folder,
      env: { PATH: process.env['PATH'] ?? '', HUB_DATABASE_URL: suite.url, PROGRAM: join(process.cwd(), 'bin', 'hub') },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    for (let waited = 0; (await suite.database.read((knex) => knex('job_runs'))).length === 0; waited++) {
      if (waited === 400) throw new Error('The run did not start.');
      await sleep(25);
    }
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(await suite.database.read((knex) => knex('job_runs').select('status'))).toEqual([{ status: 'interrupted' }]);
  });

  test('takes a byte order mark, U+2028 and long numbers as they are, and refuses bytes that are no UTF-8 by line', async () => {
    const place = placeFor(suite);
    const utf8 = '\ufeff{"dedupe_key":"a","payload":{"street":"Ring\u2028Weg","click_id":9123456789012345678}}\r\n\n';
    const latin1 = Buffer.from('{"dedupe_key":"b","payload":{"name":"M\u00fcller"}}\n', 'latin1');
    writeFileSync(join(place.folder, 'leads.ndjson'), Buffer.concat([Buffer.from(utf8), latin1, Buffer.from('{"dedupe_key":"c","payload":{"name":"M\u00fcller"}}')]));
    const result = await place.hub([...ENQUEUE, '--file', 'leads.ndjson']);
    expect(result.code).toBe(3);
    expect(result.json()).toMatchObject({ totals: { read: 3, enqueued: 2, rejected: 1 }, warnings: ['leads.ndjson:3: its bytes are no UTF-8'] });
    expect((await storedRelays(suite.database)).map(({ payload }) => payload).sort()).toEqual(['{"name":"M\u00fcller"}', '{"street":"Ring\u2028Weg","click_id":9123456789012345678}']);
  });

  test('refuses erased, suppressed and test persons, by line and without naming them, also in a dry run', async () => {
    const place = placeFor(suite);
    const id = (address: string): string => personIdOf(sha256Hex(address));
    const suppressed = (address: string, reason: string) => ({ email_sha256: sha256Hex(address), person_id: id(address), reason, created_at: '2026-01-01 00:00:00.000000' });
    await suite.database.knex('suppressions').insert([suppressed('gone@kunde.shop', 'erased'), suppressed('stop@kunde.shop', 'objection'), suppressed('stop@xn--bcker-gra.example', 'objection')]);
    const account = { brand: 'alpina', source_id: '1'.repeat(32), account_id: '1'.repeat(32), person_id: id('quality@kunde.shop'), is_test: 1, checksum: '0'.repeat(16), rules_version: '0'.repeat(16), created_run: 'x', change_no: 1, enriched_at: '2026-01-01 00:00:00.000000' };
    await suite.database.knex('enriched_accounts').insert(account);
    const payloads = [{ email: ' Gone@kunde.shop' }, { contact: { mail: 'stop@kunde.shop' } }, { email: 'quality@kunde.shop' }, { email: 'someone@example.com' }, { email: 'anna@kunde.shop' }, { email: 'stop@b\u00e4cker.example' }];
    writeFileSync(join(place.folder, 'leads.ndjson'), [...payloads.map((payload) => JSON.stringify({ payload })), JSON.stringify({ person_id: id('gone@kunde.shop'), payload: {} })].join('\n'));
    for (const dry of [['--dry-run'], []]) {
      const result = await place.hub([...ENQUEUE, '--file', 'leads.ndjson', ...dry]);
      expect(result.json()).toMatchObject({
        totals: { read: 7, enqueued: 1, rejected: 6 },
        warnings: [
          'leads.ndjson:1: it names a person who was erased',
          'leads.ndjson:2: it names a person who is suppressed',
          'leads.ndjson:3: it names test data',
          'leads.ndjson:4: it names test data',
          'leads.ndjson:6: it names a person who is suppressed',
          'leads.ndjson:7: it names a person who was erased',
        ],
      });
      const { problems } = result.json() as { problems: Record<string, unknown>[] };
      expect(problems[1]).toMatchObject({ code: 'unwanted_person', file: 'leads.ndjson', line: 2, next: expect.stringContaining('Leave the line out') });
      expect(result.stdout + result.stderr).not.toMatch(/@/);
    }
    expect((await storedRelays(suite.database)).map(({ payload }) => payload)).toEqual(['{"email":"anna@kunde.shop"}']);
  });

  test('fills the outbox of a destination that cannot be used, and says that it waits', async () => {
    const place = placeFor(suite, { secrets: ['${PARTNER_SECRET}'] });
    writeFileSync(join(place.folder, 'leads.ndjson'), linesOf(2));
    const result = await place.hub([...ENQUEUE, '--file', 'leads.ndjson'], { PARTNER_SECRET: 'whsec_c2hvcnQ=' });
    expect(result.code).toBe(0);
    expect(result.json()).toMatchObject({ totals: { enqueued: 2 }, warnings: [expect.stringMatching(/waits there, as it cannot be used: .*destinations\.yaml:1: partner: secrets cannot use PARTNER_SECRET: it is too short: 5 bytes/)] });
    const sent = await place.hub(['resend-relays'], { PARTNER_SECRET: 'whsec_c2hvcnQ=' });
    expect([sent.code, sent.log()[0]?.message]).toEqual([2, expect.stringContaining('PARTNER_SECRET')]);
    const doctor = await place.hub(['doctor', '--destinations'], { PARTNER_SECRET: 'whsec_c2hvcnQ=' });
    expect([doctor.code, doctor.stdout]).toEqual([2, expect.stringMatching(/^FAIL {2}destinations [\s\S]*?PARTNER_SECRET/m)]);
    expect(sent.stderr + doctor.stdout).not.toContain('c2hvcnQ');
  });
});
