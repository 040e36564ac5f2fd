import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { checksum } from '../../src/core/hash.ts';
import { parseShard, wholeShard } from '../../src/core/shard.ts';

describe('parseShard', () => {
  test('reads I/N', () => {
    expect(parseShard(' 2/4 ')).toMatchObject({ index: 2, count: 4, label: '2/4' });
  });

  test('reads @I/N, which counts from 0', () => {
    expect(parseShard('@0/4')).toMatchObject({ index: 1, count: 4, label: '1/4' });
    expect(parseShard('@3/4').label).toBe('4/4');
  });

  test.each(['@4/4', '@-1/4', '@/4', '0/4', '5/4', '1/0', '1', '1/', 'a/b', '-1/2', '1/4/2', '1.5/2', ''])('refuses %j with an example', (text) => {
    expect(() => parseShard(text)).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'invalid_shard', nextStep: expect.stringContaining('--shard 2/4') }),
    );
  });
});

describe('shards', () => {
  test('every piece of work belongs to exactly one of them', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 40 }), (work, count) => {
        const owners = Array.from({ length: count }, (_, index) => parseShard(`${index + 1}/${count}`)).filter((shard) => shard.has(checksum(work)));
        expect(owners).toHaveLength(1);
      }),
    );
  });

  test('the whole shard has all the work', () => {
    expect(wholeShard.has('ffffffffffffffff')).toBe(true);
    expect(wholeShard.has('0000000000000000')).toBe(true);
  });

  test('share the work about evenly', () => {
    const shard = parseShard('1/4');
    const mine = Array.from({ length: 4_000 }, (_, index) => checksum(`person ${index}`)).filter((sum) => shard.has(sum));
    expect(mine.length).toBeGreaterThan(900);
    expect(mine.length).toBeLessThan(1_100);
  });
});
