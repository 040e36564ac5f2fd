import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fold, foldWithPositions, squash, tokens } from '../../../src/core/text/text.ts';

describe('fold', () => {
  test.each([
    ['Mahngebühr', 'mahngebuhr'],
    ['  Frais \t de\u00a0port\n', 'frais de port'],
    ['STRASSE, Straße, STRAẞE', 'strasse, strasse, strasse'],
    ['Œuf – d’été', "oeuf - d'ete"],
    ['Upsell №2 n°3 4º', 'upsell no2 n°3 4o'],
    ['Vitamin\u00adD\u200b3', 'vitamind3'],
    ['ＦＥ', 'fe'],
    ['Cafe\u0301', 'cafe'],
    ['ŉ', "'n"],
    ['', ''],
  ])('makes %j comparable as %j', (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  test('gives the same as foldWithPositions, twice the same, and without outer or double spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = fold(text);
        expect(folded).toBe(foldWithPositions(text).folded);
        expect(fold(folded)).toBe(folded);
        expect(folded).not.toMatch(/^\s|\s$|\s\s/);
      }),
    );
  });
});

test('every character folds to what folds to itself', () => {
  const unstable: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const folded = fold(String.fromCodePoint(code));
    if (fold(folded) !== folded) unstable.push(code.toString(16));
  }
  expect(unstable).toEqual([]);
});

describe('foldWithPositions', () => {
  test('knows where each folded character stood', () => {
    const text = ' Große  Größe';
    const { folded, starts } = foldWithPositions(text);
    const at = folded.indexOf('grosse', 1);
    expect(text.slice(starts[at], starts[at + 6])).toBe('Größe');
  });

  test('has one position for each folded character and the end, in rising order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { folded, starts } = foldWithPositions(text);
        expect(starts).toHaveLength(folded.length + 1);
        expect([...starts].sort((a, b) => a - b)).toEqual(starts);
      }),
    );
  });
});

describe('tokens', () => {
  test('are runs of letters and digits', () => {
    expect(tokens('UP1 – Kéfir_500ml')).toEqual(['up1', 'kefir', '500ml']);
    expect(tokens(' – ')).toEqual([]);
  });
});

describe('squash', () => {
  test('makes spellings of a platform word equal', () => {
    expect(squash('Discount-Percentage')).toBe('discountpercentage');
    expect(squash('Pending Activation')).toBe(squash('PendingActivation'));
  });
});
