import { describe, expect, test } from '@jest/globals';

import { decidePerson } from '../../src/orders/decide-person.ts';
import { invalidReason } from '../../src/orders/document-schema.ts';
import { productNames } from '../../src/orders/attribution/product-names.ts';
import { publicIds } from '../../src/orders/ids.ts';
import { personFacts } from '../support/person-facts.ts';

const { documents } = decidePerson(personFacts(), { catalogs: new Map(), products: new Map([['alpina', productNames([])]]), ids: publicIds('key'), spill: 'none' }, new Map());
const text = documents[0]?.doc ?? '';
const changed = (change: (document: Record<string, unknown>) => void): Record<string, unknown> => {
  const document = JSON.parse(text) as Record<string, unknown>;
  change(document);
  return document;
};

describe('invalidReason', () => {
  test('finds nothing wrong with a document as text and as an object', () => {
    expect([invalidReason(text), invalidReason(JSON.parse(text) as object)]).toEqual([undefined, undefined]);
  });

  test('names the place of what is missing, unknown or of another kind', () => {
    expect(invalidReason(changed((document) => delete document['currency']))).toBe("/ must have required property 'currency'");
    expect(invalidReason(changed((document) => (document['email'] = 'anna@mail.invalid')))).toBe('/ must NOT have additional properties');
    expect(invalidReason(changed((document) => ((document['items'] as Record<string, unknown>[])[0] = { ...(document['items'] as object[])[0], totals: null })))).toBe('/items/0/totals must be object');
    expect(invalidReason(changed((document) => (document['ordered_at'] = '2026-13-01')))).toBe('/ordered_at must match format "date"');
  });

  test('quotes no value of the document', () => {
    expect(invalidReason(changed((document) => (document['status'] = 'anna@mail.invalid')))).not.toContain('anna');
  });
});
