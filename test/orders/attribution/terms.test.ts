import { expect, test } from '@jest/globals';

import { Terms } from '../../../src/orders/attribution/terms.ts';

const terms = new Terms([['Alm Tee', 'tea'], ['Alm Tee Bio', 'organic tea'], ['Tee', 'any tea'], ['ALP-3', 'sku'], ['alp 3', 'twin'], ['À', 'too short']]);

test.each([
  ['whatever the case, accents and separators', 'ÁLM-TEE!', ['tea']],
  ['the longer of two that start alike', 'alm tee bio', ['organic tea']],
  ['the longer where it holds a shorter one', 'der Alm Tee', ['tea']],
  ['the shorter where the longer is not whole', 'Alm Bio Tee', ['any tea']],
  ['several, from left to right', 'Tee statt Alm Tee', ['any tea', 'tea']],
  ['all that one term stands for', 'ALP-3', ['sku', 'twin']],
  ['no part of a word', 'ALP-33 Teekanne', []],
  ['none of two characters or fewer', 'À la carte', []],
])('a text names %s', (_what, text, expected) => expect(terms.find(text)).toEqual(expected));
