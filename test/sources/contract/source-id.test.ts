import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { feedNameOf, sourceIdOf } from '../../../src/sources/contract/source-id.ts';

interface Case {
  readonly account: string;
  readonly key: readonly string[];
  readonly expect: string;
}
const { source_id: group } = JSON.parse(readFileSync('test/vectors/sources.json', 'utf8')) as { source_id: { cases: readonly Case[] } };

describe('sourceIdOf', () => {
  test.each(group.cases.map((each) => [`${each.account} ${each.key.join(' ')}`, each] as const))('%s', (_title, { account, key, expect: id }) => {
    expect(sourceIdOf(account, key)).toBe(id);
  });
});

test('a feed is platform and account, or a hash of them where that is longer than a key may be', () => {
  expect(feedNameOf('stripe', 'main')).toBe('stripe/main');
  expect(feedNameOf('shopify', 'a'.repeat(60))).toMatch(/^[0-9a-f]{32}$/);
  expect(feedNameOf('shopify', 'a'.repeat(60))).not.toBe(feedNameOf('shopify', 'a'.repeat(61)));
});
