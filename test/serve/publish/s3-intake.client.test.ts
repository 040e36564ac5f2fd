import { expect, test } from '@jest/globals';

import type { HubError } from '../../../src/core/errors.ts';
import { openIntake } from '../../../src/serve/publish/open-intake.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { S3Server } from '../../support/servers/s3-server.ts';

process.env['AWS_ACCESS_KEY_ID'] = 'test';
process.env['AWS_SECRET_ACCESS_KEY'] = 'test';

async function intake(prefix: string) {
  const server = await S3Server.start();
  const store = await openIntake(`s3://bucket${prefix}?region=eu-west-1&endpoint=${encodeURIComponent(server.endpoint)}`);
  atEndOfFile(async () => {
    store.close();
    await server.close();
  });
  return { server, store };
}

test.each(['', '/hub/intake', '/hub/intake/'])('a part is one PUT with its checksum below %j', async (prefix) => {
  const { server, store } = await intake(prefix);
  await store.put('lead/brand=alpina/batch=20260310T120000Z-0/part-0000000001.ndjson.gz', Buffer.from('bytes'));
  const key = `bucket${prefix.replace(/\/$/, '')}/lead/brand=alpina/batch=20260310T120000Z-0/part-0000000001.ndjson.gz`;
  expect([...server.objects].map(([name, { body }]) => [decodeURIComponent(name), body.toString()])).toEqual([[key, 'bytes']]);
  expect(server.requests).toHaveLength(1);
});

test('a bucket that refuses is a failure that a retry may mend', async () => {
  const { server, store } = await intake('/x');
  server.spoil({ request: /PUT/, how: { status: 403, code: 'AccessDenied' } });
  const error: unknown = await store.put('a', Buffer.from('b')).catch((thrown: unknown) => thrown);
  expect(error as HubError).toMatchObject({ kind: 'transient', code: 'intake_unreachable' });
});

test.each(['s3://', 's3://b', 's3://bucket/x?profile=y', 'ftp://x', 'x'])('%s is no intake', async (url) => {
  await expect(openIntake(url)).rejects.toMatchObject({ kind: 'configuration', code: 'invalid_intake_url' });
});
