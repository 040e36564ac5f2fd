import { expect, test } from '@jest/globals';

import { kmsKey } from '../../src/secrets/kms.client.ts';
import { parseKeyRing } from '../../src/secrets/key-ring.ts';
import { openValue, rewrap, sealValue } from '../../src/secrets/secret-row.ts';
import { startKmsServer } from '../support/servers/kms-server.ts';

const FIRST = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
const SECOND = `k2:${Buffer.alloc(32, 2).toString('base64')}`;
const ARN = 'arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-00000000000f';
const noKms = (): never => {
  throw new Error('no key of KMS is asked for');
};
const ring = (text: string) => parseKeyRing(text, noKms);

test('what is sealed opens under its own name alone, and each time the bytes are others', async () => {
  const keys = ring(FIRST);
  const row = await sealValue(keys, 'A', 'sk_test_value ✓\nsecond line');
  expect(await openValue(keys, 'A', row)).toBe('sk_test_value ✓\nsecond line');
  await expect(openValue(keys, 'B', row)).rejects.toMatchObject({ kind: 'refused', code: 'secret_unreadable' });
  const again = await sealValue(keys, 'A', 'sk_test_value ✓\nsecond line');
  for (const column of ['ciphertext', 'nonce', 'wrapped_key'] as const) expect(again[column]).not.toBe(row[column]);
  expect(JSON.stringify(row)).not.toContain('sk_test');
});

test.each(['ciphertext', 'nonce', 'wrapped_key'] as const)('a row of which %s was changed does not open', async (column) => {
  const keys = ring(FIRST);
  const row = await sealValue(keys, 'A', 'sk_test_value');
  const bytes = Buffer.from(row[column], 'base64');
  bytes[0] = (bytes[0] as number) ^ 1;
  await expect(openValue(keys, 'A', { ...row, [column]: bytes.toString('base64') })).rejects.toMatchObject({ code: 'secret_unreadable' });
  await expect(openValue(keys, 'A', { ...row, [column]: '' })).rejects.toMatchObject({ code: 'secret_unreadable' });
});

test('the first key wraps, and older ones only open', async () => {
  const row = await sealValue(ring(FIRST), 'A', 'sk_test_value');
  const both = ring(`${SECOND}, ${FIRST}`);
  expect(await openValue(both, 'A', row)).toBe('sk_test_value');
  const moved = await rewrap(both, 'A', row);
  expect(moved).toMatchObject({ key_id: 'k2', ciphertext: row.ciphertext, nonce: row.nonce });
  expect(await openValue(ring(SECOND), 'A', moved)).toBe('sk_test_value');
  await expect(openValue(ring(FIRST), 'A', moved)).rejects.toMatchObject({ code: 'secret_key_unknown', nextStep: expect.stringContaining('Append the key k2') });
});

test.each([
  ['', 'no id'],
  ['k1', 'no id'],
  ['k1:c2hvcnQ=', 'no base64 of 32 bytes'],
  [`k1:${'A'.repeat(44)}`, 'no base64 of 32 bytes'],
  [`${FIRST},${FIRST}`, 'two keys by one id'],
  [`${FIRST},kms:nothing`, 'place 2 no ARN'],
])('%j is no HUB_SECRETS_KEY', (text, why) => {
  expect(() => ring(text)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'secrets_key_invalid', message: expect.stringContaining(why) }));
  expect(() => ring(text)).not.toThrow(new RegExp('c2hvcnQ'));
});

test('a key of AWS KMS wraps the data key under the name, and opens what it wrapped', async () => {
  const server = await startKmsServer();
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  const keys = parseKeyRing(`kms:${ARN},${FIRST}`, (arn) => kmsKey(arn, { endpoint: server.url, tries: 1 }));
  const row = await sealValue(keys, 'A', 'sk_test_value');
  expect(row.key_id).toBe(`kms:${ARN}`);
  expect(await openValue(keys, 'A', row)).toBe('sk_test_value');
  await expect(openValue(keys, 'B', row)).rejects.toMatchObject({ code: 'secret_unreadable' });
  expect(server.calls).toEqual(['Encrypt', 'Decrypt', 'Decrypt']);
  const local = await sealValue(ring(FIRST), 'A', 'sk_test_value');
  expect(await openValue(keys, 'A', await rewrap(keys, 'A', local))).toBe('sk_test_value');
  server.fail = { status: 400, name: 'AccessDeniedException' };
  await expect(openValue(keys, 'A', row)).rejects.toMatchObject({ kind: 'configuration', code: 'kms_refused' });
  server.fail = { status: 500, name: 'KMSInternalException' };
  await expect(openValue(keys, 'A', row)).rejects.toMatchObject({ kind: 'transient', code: 'kms_unreachable' });
});
