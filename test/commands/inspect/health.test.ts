import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { checks } from '../../../src/commands/checks/index.ts';
import { createContext } from '../../../src/context.ts';
import { loadConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/logger.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { httpSink } from '../../support/servers/http-sink.ts';
import { workspace } from '../../support/program/hub.ts';

interface Health {
  readonly totals: Readonly<Record<string, number>>;
  readonly items: readonly { readonly integration: string; readonly state: string; readonly reason: string | null; readonly probe: string | null; readonly checked_at: string }[];
}

describe('hub health', () => {
  test('probes what is declared without sending anything of a relay, keeps its history, and ends with 3 once something is down', async () => {
    const sink = await httpSink();
    sink.answerWith(404);
    const { folder, ...at } = workspace({ TOKEN: 'a-secret-of-the-receiver', GONE: 'http://127.0.0.1:9' });
    mkdirSync(join(folder, 'config'));
    const destinations = ['crm', 'gone'].map((id) => ({ id, mode: 'post', url: id === 'crm' ? `${sink.origin}/hook/{order_id}` : '${GONE}', headers: { authorization: 'Bearer ${TOKEN}' }, kinds: ['order.changed'], allow_private: true }));
    writeFileSync(join(folder, 'config', 'destinations.yaml'), JSON.stringify({ destinations }));
    const first = await at.hub(['health', '--probe', '--output', 'json']);
    expect((first.json() as Health).items.filter(({ state }) => state === 'down' || state === 'degraded')).toEqual([]);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    const stateOf = (health: Health, id: string) => health.items.find(({ integration }) => integration === id);
    expect(stateOf(first.json() as Health, 'destination:crm')).toMatchObject({ state: 'healthy', probe: 'ok' });
    expect(stateOf(first.json() as Health, 'destination:gone')).toMatchObject({ state: 'unverified', probe: 'failed', reason: expect.stringContaining('ECONNREFUSED') });
    expect(stateOf(first.json() as Health, 'intake')).toMatchObject({ state: 'healthy', probe: 'ok' });
    expect(sink.taken.map(({ method, path, body }) => [method, path, body])).toEqual([['GET', '/', '']]);
    expect(JSON.stringify(sink.taken)).not.toContain('a-secret');
    const second = await at.hub(['health', '--probe']);
    expect([second.code, second.stdout]).toEqual([3, expect.stringMatching(/destination:gone +down +0 +two probes/)]);
    expect(second.stdout + first.stdout).not.toContain('a-secret');
    const history = (await at.hub(['health', '--history', 'destination:gone', '--output', 'json'])).json() as Health;
    expect(history.items.map(({ state }) => state)).toEqual(['down', 'unverified']);
    expect((await at.hub(['health', '--unrecorded'])).code).toBe(0);
    expect(((await at.hub(['health', '--history', 'destination:gone', '--output', 'json'])).json() as Health).items).toHaveLength(2);

    const context = createContext({ config: loadConfig({ workingDirectory: folder, environment: {} }), logger: createLogger('error', false), signal: new AbortController().signal, progress: false });
    atEndOfFile(() => context.close());
    const doctor = await checks.find(({ name }) => name === 'health')?.run(context);
    expect(doctor).toMatchObject({ found: expect.stringMatching(/integrations, 1 down or degraded 0 minutes ago/), advice: expect.stringContaining('destination:gone is down') });
  }, 60_000);

  test('refuses to expect an integration that there is not', async () => {
    const { folder, ...at } = workspace();
    writeFileSync(join(folder, 'hub.config.yaml'), 'brands: [{ id: alpina, name: Alpina }]\nhealth:\n  expect_every: { intak: 1h }\n');
    const { code, stderr } = await at.hub(['health']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean intake?')]);
    writeFileSync(join(folder, 'hub.config.yaml'), 'brands: [{ id: alpina, name: Alpina }]\nhealth:\n  expect_every: { intake: often }\n');
    expect(await at.hub(['health'])).toMatchObject({ code: 2, stderr: expect.stringContaining('hub.config.yaml:3: \\"health.expect_every.intake\\" must be a duration') });
  });
});
