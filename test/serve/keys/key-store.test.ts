import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import type { ApiKey } from '../../../src/serve/keys/api-key.ts';
import { keyStore, type KeyStore } from '../../../src/serve/keys/key-store.ts';
import { readKeysFile } from '../../../src/serve/keys/keys-file.ts';
import { testClock } from '../../support/suite/clock.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { someKey } from './some-key.ts';

interface Place {
  readonly stored: Map<string, ApiKey>;
  readonly file: string;
  readonly used: [string, LocalDate][];
  readonly troubles: string[];
  nowMs: number;
  reads: number;
  isAway: boolean;
  start(): KeyStore;
}

function place(): Place {
  const made: Place = {
    ...{ stored: new Map(), file: join(temporaryFolder('keys'), 'keys'), used: [], troubles: [], nowMs: 0, reads: 0, isAway: false },
    start: () =>
      keyStore({
        ...{ file: made.file, clock: testClock(), elapsedMs: () => made.nowMs, trouble: (message) => void made.troubles.push(message) },
        read(id) {
          made.reads++;
          return made.isAway ? Promise.reject(new Error('away')) : Promise.resolve(made.stored.get(id));
        },
        markUsed: (id, day) => (made.isAway ? Promise.reject(new Error('away')) : Promise.resolve(void made.used.push([id, day]))),
      }),
  };
  return made;
}

test('a key is asked for once in 30 s, by however many at once; a revocation holds after that', async () => {
  const { key } = someKey();
  const here = place();
  here.stored.set(key.id, key);
  const store = here.start();
  expect(await Promise.all([store.find(key.id), store.find(key.id)])).toEqual([key, key]);
  const revoked = { ...key, revokedAt: key.createdAt };
  here.stored.set(key.id, revoked);
  here.nowMs = 29_999;
  expect(await store.find(key.id)).toEqual(key);
  expect(here.reads).toBe(1);
  here.nowMs = 30_000;
  expect(await store.find(key.id)).toEqual(revoked);
});

test('a key that was just made is known at once, although its id was asked for before', async () => {
  const { key } = someKey();
  const here = place();
  const store = here.start();
  expect(await store.find(key.id)).toBeUndefined();
  here.stored.set(key.id, key);
  expect(await store.find(key.id)).toEqual(key);
});

test('without the database keys go on as they were known, and others are told to come again', async () => {
  const { key } = someKey();
  const here = place();
  here.stored.set(key.id, key);
  const store = here.start();
  await store.find(key.id);
  [here.isAway, here.nowMs] = [true, 60_000];
  expect(await store.find(key.id)).toEqual(key);
  await expect(store.find('another2')).rejects.toMatchObject({ kind: 'transient', code: 'keys_unavailable' });
  expect([here.reads, here.troubles]).toEqual([2, ['away']]);
  here.nowMs = 65_000;
  await expect(store.find('another2')).rejects.toMatchObject({ code: 'keys_unavailable' });
  expect([here.reads, here.troubles]).toEqual([3, ['away']]);
  [here.isAway, here.nowMs] = [false, 70_001];
  expect(await store.find('another2')).toBeUndefined();
});

test('a start without the database knows the keys that were used here, from a file that nobody else may read', async () => {
  const { key, shown } = someKey();
  const here = place();
  here.stored.set(key.id, key);
  await here.start().find(key.id);
  here.isAway = true;
  expect(await here.start().find(key.id)).toEqual(key);
  expect(statSync(here.file).mode & 0o777).toBe(0o600);
  expect(readFileSync(here.file, 'utf8')).not.toContain(shown.secret);
});

test('a file that is of no use is as if there were none', () => {
  const here = place();
  writeFileSync(here.file, '[{');
  expect(readKeysFile(here.file)).toEqual([]);
  expect(readKeysFile(join(here.file, 'below'))).toEqual([]);
});

test('a use is noted once a day, and again if it could not be', async () => {
  const { key } = someKey();
  const here = place();
  const store = here.start();
  here.isAway = true;
  store.used(key);
  await new Promise(setImmediate);
  here.isAway = false;
  for (let n = 0; n < 3; n++) store.used(key);
  store.used({ ...key, id: 'usedtoda', lastUsedOn: '2026-11-20' as LocalDate });
  expect(here.used).toEqual([[key.id, '2026-11-20']]);
});
