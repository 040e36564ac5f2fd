import { createVerify, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import type { LocalDate } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { Auth } from '../../../src/sources/api/auth.ts';
import type { Platform } from '../../../src/sources/api/platform.ts';
import { jsonText, Simulator, type SimulatedAnswer, type SimulatedRequest } from '../../simulators/http/simulator.ts';
import { migrate, newDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { extractFrom, recordsInLake, type Extraction } from './extraction.ts';

/** A platform with pages by next URL, and tokens that live for two minutes. */
class TokenSimulator extends Simulator {
  tokens = 0;
  rotates = false;
  refreshToken = 'refresh-0';
  readonly assertions: string[] = [];
  #until = 0;

  protected answer({ url, headers, body }: SimulatedRequest): SimulatedAnswer {
    if (url.pathname === '/token') return this.#grant(new URLSearchParams(body));
    if (headers['authorization'] !== `Bearer access-${this.tokens}` || this.now > this.#until) return { status: 401, body: '{"error":"expired"}' };
    const page = Number(url.searchParams.get('page') ?? 0);
    // Each page takes three minutes.
    this.now += 180_000;
    return { status: 200, body: jsonText({ items: [{ id: page }], next: page < 3 ? `${this.url}/items?page=${page + 1}` : null }) };
  }

  #grant(form: URLSearchParams): SimulatedAnswer {
    this.assertions.push(form.get('assertion') ?? '');
    if (form.get('grant_type') === 'refresh_token' && form.get('refresh_token') !== this.refreshToken) return { status: 400, body: '{"error":"invalid_grant"}' };
    this.#until = this.now + 120_000;
    if (this.rotates) this.refreshToken = `refresh-${this.tokens + 1}`;
    return { status: 200, body: JSON.stringify({ access_token: `access-${++this.tokens}`, expires_in: 120, ...(this.rotates ? { refresh_token: this.refreshToken } : {}) }) };
  }
}

const platformWith = (auth: Auth): Platform => ({
  ...{ name: 'example', title: 'Example', references: [], settings: {}, auth, errors: [], budget: { concurrency: 1 } },
  api: { baseUrl: () => 'https://api.example', version: { value: '1', released: '2026-01-01' as LocalDate, ends: 'never', known: '2026-11-28' as LocalDate }, headers: {} },
  check: () => ({ method: 'GET', url: '/items' }),
  streams: [
    {
      ...{ name: 'items', summary: '', disposition: 'snapshot', key: ['id'], fields: [], ignored: ['id'], deletions: 'replace' },
      extraction: { fetch: () => ({ kind: 'pages', request: { method: 'GET', url: '/items' }, paginator: { kind: 'next_url', path: 'next' }, records: { kind: 'json', path: 'items' } }) },
    },
  ],
});
const refreshing: Auth = { kind: 'refresh_token', url: '/token', clientId: 'client_id', clientSecret: 'client_secret', refreshToken: 'refresh_token', header: { name: 'authorization', prefix: 'Bearer ' } };
const SECRETS = new Map([
  ['CLIENT_ID', 'client'],
  ['CLIENT_SECRET', 'secret-value'],
  ['REFRESH_TOKEN', 'refresh-0'],
]);

describe('the tokens of an account', () => {
  let suite: TestDatabase;
  let simulator: TokenSimulator;
  let extraction: Extraction;

  beforeAll(async () => {
    suite = await newDatabase('sqlite');
    await migrate(suite.database);
  });
  beforeEach(async () => {
    await suite.empty();
    simulator = await new TokenSimulator().start();
    extraction = { database: suite.database, lake: openFolderLake(temporaryFolder('sources')), platform: platformWith(refreshing), simulator, secrets: SECRETS };
  });
  afterEach(() => simulator.close());

  test('are renewed before each page that would come too late', async () => {
    const report = await extractFrom(extraction);
    expect(report.items).toMatchObject([{ status: 'done', records: 4 }]);
    expect(await recordsInLake(extraction.lake, 'items', 'example')).toEqual(['{"id":0}', '{"id":1}', '{"id":2}', '{"id":3}']);
    expect(simulator.tokens).toBe(4);
    expect(simulator.requests.filter(({ url }) => url.pathname === '/items')).toHaveLength(4);
  });

  test('a rotated refresh token is stored before the access token is used', async () => {
    simulator.rotates = true;
    const stored: [string, string, number][] = [];
    const replace = (name: string, value: string): Promise<void> => Promise.resolve(void stored.push([name, value, simulator.requests.filter(({ url }) => url.pathname === '/items').length]));
    expect((await extractFrom({ ...extraction, store: { replace } })).items).toMatchObject([{ status: 'done', records: 4 }]);
    expect(stored.map(([name, value, asked]) => [name, value, asked])).toEqual([0, 1, 2, 3].map((page) => ['REFRESH_TOKEN', `refresh-${page + 1}`, page]));
  });

  test('one that cannot be stored ends the account, with nothing written and no token told', async () => {
    simulator.rotates = true;
    const replace = (): Promise<void> => Promise.reject(new HubError('configuration', 'secret_not_storable', 'The environment has it.'));
    const report = await extractFrom({ ...extraction, store: { replace } });
    expect(report.items).toMatchObject([{ status: 'failed', error_code: 'rotated_token_lost' }]);
    expect(await extraction.lake.feeds()).toEqual([]);
    expect(JSON.stringify(report)).not.toMatch(/refresh-\d|access-\d|secret-value/);
  });

  test('a refused refresh ends the account', async () => {
    simulator.refreshToken = 'another';
    expect((await extractFrom(extraction)).items).toMatchObject([{ status: 'failed', error_code: 'token_refused' }]);
  });

  test('a service account signs its request with its key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const key = JSON.stringify({ client_email: 'reader@project.example', private_key: privateKey, token_uri: `${simulator.url}/token` });
    const platform = platformWith({ kind: 'service_account', credential: 'key', scope: 'read' });
    expect((await extractFrom({ ...extraction, platform, secrets: new Map([['KEY', key]]) })).items).toMatchObject([{ status: 'done', records: 4 }]);
    const [header = '', claims = '', signature = ''] = (simulator.assertions[0] ?? '').split('.');
    expect(createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(true);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ scope: 'read', aud: `${simulator.url}/token` });
    expect((await extractFrom({ ...extraction, platform, secrets: new Map([['KEY', 'no json']]) })).items).toMatchObject([{ error_code: 'invalid_service_account' }]);
  });
});
