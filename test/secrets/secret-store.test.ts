import { expect, test } from '@jest/globals';

import { withoutSecrets } from '../../src/core/text/known-secrets.ts';
import { parseKeyRing } from '../../src/secrets/key-ring.ts';
import { setSecret, storeRotated } from '../../src/secrets/run-secrets.ts';
import { openSecretStore, type SecretStore } from '../../src/secrets/secret-store.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { testClock } from '../support/suite/clock.ts';

const ring = parseKeyRing(`k1:${Buffer.alloc(32, 7).toString('base64')}`, () => {
  throw new Error('no key of KMS is asked for');
});

describeEachDatabase('the store of secrets', (suite) => {
  const services = () => ({ database: suite.database, clock: testClock(), version: '1' });
  const storeWith = (variables: Readonly<Record<string, string>>): SecretStore =>
    openSecretStore({
      variable: (name) => variables[name],
      database: () => Promise.resolve(suite.database),
      keyRing: () => Promise.resolve(ring),
      store: (name, sealed, expiresAt) => storeRotated(services(), name, sealed, expiresAt),
    });

  test('asks the environment first, then the table, and hides what it gives', async () => {
    await setSecret(services(), ring, { name: 'TOKEN', value: 'from-the-table "1"', expiresAt: null });
    expect(await storeWith({ TOKEN: 'from-the-variable' }).find('TOKEN')).toEqual({ value: 'from-the-variable', origin: 'environment' });
    expect(await storeWith({ TOKEN: '' }).find('TOKEN')).toEqual({ value: 'from-the-table "1"', origin: 'table' });
    expect(await storeWith({}).find('OTHER')).toBeUndefined();
    expect(withoutSecrets('a from-the-variable {"t":"from-the-table \\"1\\""} from-the-table%20%221%22')).toBe('a [redacted] {"t":"[redacted]"} [redacted]');
  });

  test('stores a value that a platform rotated, but not where the environment would pass it over', async () => {
    await setSecret(services(), ring, { name: 'TOKEN', value: 'the-old-token', expiresAt: null });
    await storeWith({}).replace('TOKEN', 'the-new-token', null);
    expect(await storeWith({}).find('TOKEN')).toMatchObject({ value: 'the-new-token' });
    await expect(storeWith({ TOKEN: 'the-variable' }).replace('TOKEN', 'the-next-token', null)).rejects.toMatchObject({ code: 'secret_not_storable' });
    expect(await storeWith({}).find('TOKEN')).toMatchObject({ value: 'the-new-token' });
    expect(withoutSecrets('the-next-token')).toBe('[redacted]');
  });
});
