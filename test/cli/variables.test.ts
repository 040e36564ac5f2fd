import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

import { requireKnownVariables } from '../../src/cli/variables.ts';
import { workspace } from '../support/program/hub.ts';
import { testLake } from '../support/lakes/lake.ts';

const known = { names: new Set(['HUB_DRY_RUN', 'HUB_DATABASE_URL', 'HUB_BRAND']), confirmations: new Map([['HUB_YES', '--yes']]) };
const check = (variables: Record<string, string>) => () => requireKnownVariables(new Map(Object.entries(variables)), known);

describe('requireKnownVariables', () => {
  test('takes known names, those of Services and those of the tests', () => {
    expect(check({ HUB_DRY_RUN: '1', HUB_SERVE_SERVICE_HOST: '10.0.0.1', HUB_PORT: 'tcp://10.0.0.1:80', HUB_TEST_MYSQL_URL: 'mysql://x' })).not.toThrow();
  });

  test.each([
    ['HUB_DRYRUN', 'HUB_DRY_RUN'],
    ['HUB_DATABSE_URL', 'HUB_DATABASE_URL'],
    ['HUB_BRANDS', 'HUB_BRAND'],
  ])('refuses %s and proposes %s, without its value', (name, proposed) => {
    expect(check({ [name]: 's3cr3t' })).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'unknown_variable', message: `There is no variable ${name}.`, nextStep: expect.stringContaining(`Did you mean ${proposed}?`) }),
    );
    expect(check({ [name]: 's3cr3t' })).not.toThrow('s3cr3t');
  });

  test('refuses a port that is no address, though it resembles nothing', () => {
    expect(check({ HUB_PORT: '8080' })).toThrow(expect.objectContaining({ code: 'unknown_variable', nextStep: expect.not.stringContaining('Did you mean') }));
  });

  test('refuses a confirmation', () => {
    expect(check({ HUB_YES: 'true' })).toThrow(expect.objectContaining({ kind: 'usage', code: 'confirmation_in_environment', nextStep: expect.stringContaining('--yes') }));
  });
});

describe('the program', () => {
  const place = () => workspace({ HUB_LAKE_URL: `file:${testLake().root}` });

  test.each([
    ['HUB_DRYRUN', '1', 'unknown_variable', 'HUB_DRY_RUN'],
    ['HUB_DATABSE_URL', 'mysql://root@127.0.0.1/hub', 'unknown_variable', 'HUB_DATABASE_URL'],
    ['HUB_YES', '1', 'confirmation_in_environment', '--yes'],
    ['HUB_ALL', '1', 'confirmation_in_environment', '--all'],
    ['HUB_ALLOW_SHRINK', '1', 'confirmation_in_environment', '--allow-shrink'],
  ])('ends with 2 for %s, before it does anything', async (name, value, code, proposed) => {
    const result = await place().hub(['migrate', 'down'], { [name]: value });
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.log()).toEqual([expect.objectContaining({ code, next: expect.stringContaining(proposed) })]);
  });

  test('takes the variables that destinations.yaml names, and those of a Service', async () => {
    const services = { HUB_PORT: 'tcp://10.0.0.1:80', HUB_PORT_80_TCP: 'tcp://10.0.0.1:80', HUB_SERVICE_HOST: '10.0.0.1' };
    expect(await place().hub(['migrate', 'up'], { HUB_CRM_URL: 'https://crm.example', ...services })).toMatchObject({ code: 0, stderr: '' });
    const own = place();
    mkdirSync(join(own.folder, 'config'));
    writeFileSync(join(own.folder, 'config', 'destinations.yaml'), 'destinations: []\n# ${HUB_HOOK_URL}\n');
    expect((await own.hub(['migrate', 'up'], { HUB_HOOK_URL: 'x' })).code).toBe(0);
    expect((await own.hub(['migrate', 'up'], { HUB_CRM_URL: 'x' })).code).toBe(2);
  });

  test('does not need a known environment to show its help', async () => {
    expect((await place().hub(['--help'], { HUB_DRYRUN: '1' })).code).toBe(0);
  });
});
