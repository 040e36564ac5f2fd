import { describe, expect, test } from '@jest/globals';

import { lateFeeds, type ListedFeed } from '../../../src/commands/checks/late-feeds.ts';
import type { BatchId, LocalDate } from '../../../src/core/time.ts';

const TODAY = '2026-03-31' as LocalDate;

function feed(source: string, brand: string, stream: string, ...days: readonly number[]): ListedFeed {
  return { source, brand, stream, batches: days.map((day) => `202603${String(day).padStart(2, '0')}T230000Z` as BatchId) };
}

describe('lateFeeds', () => {
  test('says nothing while every source of every brand came yesterday', () => {
    expect(lateFeeds([feed('billing', 'alpina', 'invoice', 29, 30), feed('email', 'alpina', 'open', 30)], TODAY)).toEqual([]);
  });

  test('names a source and brand of which nothing comes any more, since when, and one that never came', () => {
    const feeds = [feed('billing', 'alpina', 'invoice', 28, 30), feed('billing', 'belmont', 'invoice', 20), feed('billing', 'belmont', 'payment', 27), feed('billing', 'corvina', 'invoice')];
    expect(lateFeeds(feeds, TODAY)).toEqual(['look at the exporter of billing: nothing of belmont since 2026-03-27 (4 days), nothing of corvina']);
  });

  test('looks at the e-mail tool on its own, unless it was never in use', () => {
    expect(lateFeeds([feed('billing', 'alpina', 'invoice', 30), feed('email', 'alpina', 'open', 25)], TODAY)).toEqual(['look at the exporter of email: nothing of alpina since 2026-03-25 (6 days)']);
    expect(lateFeeds([feed('billing', 'alpina', 'invoice', 30), feed('email', 'alpina', 'open')], TODAY)).toEqual([]);
    expect(lateFeeds([feed('billing', 'alpina', 'invoice')], TODAY)).toEqual(['look at the exporter of billing: nothing of alpina']);
  });

  test('names a stream that fell silent beside others that go on, but none that comes as rarely as before', () => {
    const others = feed('billing', 'alpina', 'invoice', 29, 30);
    expect(lateFeeds([others, feed('billing', 'alpina', 'payment', 20, 21, 23, 24, 25)], TODAY)).toEqual([
      'look at the exporter of billing: no payment of alpina since 2026-03-25 (6 days; before, 2 at most)',
    ]);
    expect(lateFeeds([others, feed('billing', 'alpina', 'payment', 10, 13, 16, 17, 25)], TODAY)).toEqual([]);
    expect(lateFeeds([others, feed('billing', 'alpina', 'catalog', 1)], TODAY)).toEqual([]);
  });
});
