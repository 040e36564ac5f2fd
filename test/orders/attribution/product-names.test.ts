import { expect, test } from '@jest/globals';

import { productNames } from '../../../src/orders/attribution/product-names.ts';

const names = productNames([
  { productId: 'p1', productName: 'Alm Tee', sku: 'TEA-1' },
  { productId: 'p1', productName: 'Alm Tee', sku: 'TEA-1' },
  { productId: 'p2', productName: 'Mug', sku: null },
  { productId: 'p3', productName: 'Mug', sku: ' ' },
]);

test('a SKU means its lines, and those of its product that have no SKU', () => {
  expect(names.withSku('tea-1')).toEqual(['product-without-sku p1', 'sku tea-1']);
});

test('a SKU that the catalog does not know means its lines alone', () => {
  expect(names.withSku('NEW-9')).toEqual(['sku new-9']);
});

test('a text that names a SKU means that, whatever names it holds as well', () => {
  expect(names.namedIn('TEA-1 broke the mug')).toEqual(['product-without-sku p1', 'sku tea-1']);
});

test('a name means all products of that name, those without a SKU by their ids', () => {
  expect(names.namedIn('a broken MUG')).toEqual(['product p2', 'product p3']);
  expect(names.namedIn('mug and Alm-Tee')).toEqual(['product p2', 'product p3', 'product-without-sku p1', 'sku tea-1']);
});

test('a text that names no product means none', () => expect(names.namedIn('tea')).toEqual([]));
