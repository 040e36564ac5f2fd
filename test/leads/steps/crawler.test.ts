import { expect, test } from '@jest/globals';

import { crawlerOf } from '../../../src/leads/steps/crawler.ts';

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

test.each([
  [{}, null],
  [{ 'user-agent': '' }, null],
  [{ 'user-agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1' }, null],
  [{ 'user-agent': GOOGLEBOT }, 'user_agent'],
  [{ 'user-agent': 'curl/8.5.0' }, 'user_agent'],
  [{ 'sec-purpose': 'prefetch;anonymous-client-ip' }, 'prefetch'],
  [{ purpose: 'prefetch' }, 'prefetch'],
  [{ 'x-moz': 'prefetch' }, 'prefetch'],
  [{ purpose: 'preview' }, 'prefetch'],
  [{ 'sec-purpose': 'other' }, null],
])('crawlerOf says of %j: %s', (headers: Record<string, string>, reason) => {
  expect(crawlerOf({ headers, key: null })).toEqual({ is_crawler: reason !== null, crawler_reason: reason });
});

test('crawlerOf takes nobody with a key for one', () => {
  expect(crawlerOf({ headers: { 'user-agent': GOOGLEBOT, purpose: 'prefetch' }, key: 'key1' }).is_crawler).toBe(false);
});
