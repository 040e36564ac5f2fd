import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { chainStates } from '../../../src/enriched/chains/states.ts';
import { lifecycle } from '../../../src/enriched/chains/lifecycle.ts';
import { FACTS } from '../../../src/enriched/rules/facts.ts';
import { decidePerson } from '../../../src/orders/decide-person.ts';
import { invalidReason } from '../../../src/orders/documents/document-schema.ts';
import { productNames } from '../../../src/orders/attribution/product-names.ts';
import { publicIds } from '../../../src/orders/ids/ids.ts';
import { personFacts } from '../../support/rows/person-facts.ts';

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

  test('allows every value that the rules and the platform\'s states can give', () => {
    const inItem = (change: Record<string, unknown>): Record<string, unknown> =>
      changed((document) => {
        const [item = {}] = document['items'] as Record<string, unknown>[];
        document['items'] = [{ ...item, ...change }];
      });
    const inSubscription = (change: Record<string, unknown>): Record<string, unknown> => {
      const [item] = (JSON.parse(text) as { items: { subscription: object }[] }).items;
      return inItem({ subscription: { ...item?.subscription, ...change } });
    };
    for (const funnelStep of FACTS.funnel_step.values) expect(invalidReason(inItem({ funnel_step: funnelStep }))).toBeUndefined();
    for (const category of FACTS.charge_category.values) expect(invalidReason(inItem({ category }))).toBeUndefined();
    for (const name of FACTS.subscription_class.values) expect(invalidReason(inSubscription({ class: name }))).toBeUndefined();
    for (const status of ['Draft', 'Pending Activation', 'Pending Acceptance', 'Active', 'Suspended', 'Cancelled', 'Expired', 'Frozen']) {
      const latest = { status, termType: null, autoRenew: null, contractEffective: null, subscriptionEnd: null, termEnd: null, cancelled: null, updated: null };
      const state = lifecycle(status, chainStates({ start: null, latest, amendments: [] }), '2026-04-01' as LocalDate);
      expect([status, invalidReason(inSubscription({ lifecycle: state.value }))]).toEqual([status, undefined]);
    }
  });
});
