import { describe, expect, test } from '@jest/globals';

import { createProfile, isKnownWord, LazyProfile, observe, surprise, surpriseOfFilling, surpriseOfLikeness, surpriseOfNewWord, type Profile } from '../../../src/raw/shift/profile.ts';

/** The profile of rows: each text of the first column so many times, with an empty second one. */
function profileOf(...seen: readonly (readonly [text: string, times: number])[]): Profile {
  const profile = createProfile(2);
  for (const [text, times] of seen) for (let row = 0; row < times; row++) observe(profile, [text, null]);
  return profile;
}

describe('a profile', () => {
  test('without rows, or with a few, favours nothing', () => {
    const few = profileOf(['Posted', 29]);
    expect([surpriseOfFilling(few, 1, false), surpriseOfFilling(few, 0, true), surpriseOfLikeness(few, 0, 'prose'), isKnownWord(few, 0, 'Posted')]).toEqual([0, 0, undefined, undefined]);
  });

  test('is surprised by a value in a column that was always empty, and by none in one that was always filled', () => {
    const profile = profileOf(['Posted', 100]);
    expect(surpriseOfFilling(profile, 1, false)).toBeGreaterThan(surpriseOfFilling(profile, 1, true));
    expect(surpriseOfFilling(profile, 0, true)).toBeGreaterThan(surpriseOfFilling(profile, 0, false));
  });

  test('knows the words of a column that repeats a few, and none of one that does not', () => {
    const words = profileOf(['Posted', 60], ['Draft', 40]);
    expect([isKnownWord(words, 0, 'Draft'), isKnownWord(words, 0, 'Frozen')]).toEqual([true, false]);
    const names = profileOf(...Array.from({ length: 50 }, (_, i) => [`name${i}`, 2] as const));
    expect([isKnownWord(names, 0, 'name1'), surpriseOfNewWord(names, 0)]).toEqual([undefined, 0]);
  });

  test('is surprised by a value that looks like none before', () => {
    const profile = profileOf(['12.50', 100]);
    expect(surpriseOfLikeness(profile, 0, 'prose') ?? 0).toBeGreaterThan(surpriseOfLikeness(profile, 0, 'amount') ?? 0);
  });
});

test('what is seen less often is the greater surprise, and a few rows show nothing', () => {
  expect([surprise(1, 100) > surprise(50, 100), surprise(0, 100) > surprise(1, 100), surprise(0, 29)]).toEqual([true, true, 0]);
});

test('a lazy profile learns each row once', () => {
  const lazy = new LazyProfile(1);
  lazy.observe({ fields: ['a'] });
  expect([lazy.get().rows, lazy.get().rows]).toEqual([1, 1]);
});
