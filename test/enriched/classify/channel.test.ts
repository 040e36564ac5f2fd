import { expect, test } from '@jest/globals';

import { channelOf, type ChannelFacts } from '../../../src/enriched/classify/channel.ts';
import { shippedRules } from '../rules/shipped-rules.ts';

const of = (facts: Partial<ChannelFacts>): string => channelOf(shippedRules, { brand: 'alpina', campaign: null, ...facts }).value;

test('channelOf is none where nothing is said, and unclassified where no rule knows what is', () => {
  expect([of({}), of({ campaign: '  ' }), of({ campaign: 'None' })]).toEqual(['none', 'none', 'none']);
  expect(of({ campaign: 'spring 2026' })).toBe('unclassified');
  expect(of({ utmSource: 'somewhere' })).toBe('unclassified');
});

test('channelOf takes the medium and source of a link before the words of its campaign', () => {
  expect(of({ campaign: 'google brand, exact' })).toBe('google');
  expect(of({ campaign: 'google brand, exact', utmSource: 'Bing' })).toBe('microsoft');
  expect(of({ campaign: 'spring', utmSource: 'google', utmMedium: 'email' })).toBe('email');
  expect(channelOf(shippedRules, { brand: 'alpina', campaign: 'FB_lal_2025' })).toEqual({ value: 'meta', evidence: { rule: 'channel.meta.word', matched: 'FB' } });
});
