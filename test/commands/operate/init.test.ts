import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { readConfigFile } from '../../../src/config-file.ts';
import { workspace } from '../../support/program/hub.ts';

test('init writes a commented configuration for the brands, where there is none, and other commands take it', async () => {
  const place = workspace();
  const file = join(place.folder, 'hub.config.yaml');
  rmSync(file);
  const made = await place.hub(['init', 'acme', 'globex-2']);
  expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('for acme, globex-2.')]);
  expect(readConfigFile(file).brands.map(({ id, name }) => [id, name])).toEqual([['acme', 'Acme'], ['globex-2', 'Globex-2']]);
  expect(readFileSync(file, 'utf8')).toContain('# feeds:\n#   - brand: acme\n');
  expect((await place.hub(['feeds', 'list'])).code).toBe(0);
});

test('init leaves a file that is there, and takes no name that is none', async () => {
  const place = workspace();
  const before = readFileSync(join(place.folder, 'hub.config.yaml'), 'utf8');
  const again = await place.hub(['init', 'acme']);
  expect([again.code, again.log()]).toMatchObject([2, [{ code: 'file_exists' }]]);
  expect(readFileSync(join(place.folder, 'hub.config.yaml'), 'utf8')).toBe(before);
  for (const brands of [['Acme'], ['acme', 'acme']]) expect((await place.hub(['init', ...brands, '--config', 'other.yaml'])).log()).toMatchObject([{ code: 'invalid_brand' }]);
  expect((await place.hub(['init', 'acme', '--config', 'no/such/folder.yaml'])).log()).toMatchObject([{ code: 'file_unwritable' }]);
  expect(existsSync(join(place.folder, 'other.yaml'))).toBe(false);
});
