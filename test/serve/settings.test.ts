import { describe, expect, test } from '@jest/globals';

import { durationMs, serverEnvironment, sizeBytes } from '../../src/serve/settings.ts';

describe('the environment of a server', () => {
  test('has everything on its usual place beside the configuration', () => {
    expect(serverEnvironment({}, '/etc/hub')).toEqual({
      ...{ listen: { host: '0.0.0.0', port: 8080 }, admin: { host: '127.0.0.1', port: 8081 } },
      ...{ journal: '/etc/hub/.hub/journal', intakeUrl: 'file:/etc/hub/.hub/intake', writer: '0' },
    });
  });

  test('is what its variables say, and an empty one says nothing', () => {
    const said = { HUB_SERVE_LISTEN: '[::1]:0', HUB_SERVE_ADMIN: ' ', HUB_JOURNAL: '/data/journal', HUB_INTAKE_URL: 's3://bucket/intake?region=eu-west-1', HUB_WRITER: 'eu1' };
    expect(serverEnvironment(said, '/etc/hub')).toEqual({
      ...{ listen: { host: '::1', port: 0 }, admin: { host: '127.0.0.1', port: 8081 } },
      ...{ journal: '/data/journal', intakeUrl: 's3://bucket/intake?region=eu-west-1', writer: 'eu1' },
    });
  });

  test.each([
    ['HUB_SERVE_LISTEN', ':8080'],
    ['HUB_SERVE_LISTEN', '0.0.0.0:70000'],
    ['HUB_SERVE_ADMIN', 'a b:1'],
    ['HUB_SERVE_ADMIN_KEY', 'short'],
    ['HUB_SERVE_ADMIN_KEY', `${'k'.repeat(20)} ${'k'.repeat(20)}`],
    ['HUB_WRITER', 'eu-1'],
    ['HUB_WRITER', 'a'.repeat(17)],
    ['HUB_INTAKE_URL', 'file:'],
    ['HUB_INTAKE_URL', 's3:bucket'],
  ])('is refused with %s=%s', (name, value) => {
    expect(() => serverEnvironment({ [name]: value }, '/')).toThrow(name);
  });
});

test('the key of the administration is taken as it stands', () => {
  expect(serverEnvironment({ HUB_SERVE_ADMIN_KEY: 'k'.repeat(32) }, '/').adminKey).toBe('k'.repeat(32));
});

test('durations and sizes are milliseconds and bytes', () => {
  expect([durationMs('60s'), durationMs('5m'), sizeBytes('512 MiB'), sizeBytes('2GiB')]).toEqual([60_000, 300_000, 536_870_912, 2_147_483_648]);
});
