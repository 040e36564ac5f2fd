import { expect, test } from '@jest/globals';

import type { Published } from '../../../src/serve/publish/publish.ts';
import { segmentPublisher } from '../../../src/serve/publish/publisher.ts';

const segment = (number: number) => ({ number, file: `${number}` });
const result = (number: number): Published => ({ number, records: 1, parts: 1, corrupt: 0, corruptBytes: 0, tornBytes: 0 });

test('publishes one segment after the other, each until it is there', async () => {
  const tries: number[] = [];
  const published: number[] = [];
  const troubles: string[] = [];
  const publisher = segmentPublisher({
    publish({ number }) {
      tries.push(number);
      return number === 2 && tries.length < 4 ? Promise.reject(new Error('no')) : Promise.resolve(result(number));
    },
    published: ({ number }) => void published.push(number),
    trouble: ({ code }) => void troubles.push(code),
    retryMs: 1,
  });
  for (const number of [1, 2, 3]) publisher.add(segment(number));
  await publisher.close(new AbortController().signal);
  expect(published).toEqual([1, 2, 3]);
  expect(tries).toEqual([1, 2, 2, 2, 3]);
  expect(troubles).toEqual(['segment_unpublished', 'segment_unpublished']);
  expect(publisher.waiting).toBe(0);
});

test('leaves what it cannot publish in time for the next start', async () => {
  const publisher = segmentPublisher({ publish: () => Promise.reject(new Error('no')), published: () => undefined, trouble: () => undefined, retryMs: 60_000 });
  publisher.add(segment(1));
  await publisher.close(AbortSignal.timeout(50));
  expect(publisher.waiting).toBe(1);
});
