import { describe, expect, test } from '@jest/globals';

import { attribute } from '../../../src/orders/attribution/attribute.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import { refundVectors, vectorCatalog, vectorLedger } from '../../support/rows/refund-vectors.ts';

describe('the worked examples of refund attribution', () => {
  test.each(refundVectors().map((vector) => [vector.name, vector] as const))('%s', (_name, vector) => {
    const { notes, refusedLinks } = attribute(vectorLedger(vector), { products: productNames(vectorCatalog(vector)), spill: 'none' });
    const items = notes.flatMap(({ refundId, items: own }) => own.map(({ invoiceLineId, amount, method }) => ({ refund: refundId, line: invoiceLineId, amount, method })));
    expect(items).toEqual(vector.expect);
    expect(refusedLinks).toEqual([]);
  });
});
