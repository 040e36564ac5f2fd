import { expect, jest, test } from '@jest/globals';

const loaded: string[] = [];
jest.unstable_mockModule('@aws-sdk/client-athena', () => {
  loaded.push('athena');
  throw new Error('loaded');
});

test('the AWS SDK is loaded by the first request, not by opening the lake', async () => {
  const { openAthenaLake } = await import('../../src/lake/athena/athena.client.ts');
  const lake = openAthenaLake('athena://AwsDataCatalog/lake?region=eu-central-1');
  expect(loaded).toEqual([]);
  await expect(lake.check(new AbortController().signal)).rejects.toThrow('loaded');
  expect(loaded).toEqual(['athena']);
});
