import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { instantFromMillis, millisOf } from '../../../src/core/time.ts';
import { foldContact, type ContactEvent } from '../../../src/leads/steps/contact.ts';

const at = instantFromMillis;
const events = fc.uniqueArray(
  fc.record({ id: fc.integer({ min: 0, max: 99 }).map((id) => `e${id}`), seconds: fc.integer({ min: 0, max: 3_000 }), form: fc.constantFrom('a', 'b', null), mayRestore: fc.boolean() }),
  { selector: ({ id }) => id, maxLength: 15 },
).map((specs) => specs.map(({ id, seconds, form, mayRestore }): ContactEvent => (form === null ? { kind: 'removal', id, at: at(seconds * 1_000) } : { kind: 'lead', id, at: at(seconds * 1_000), form, mayRestore })));

describe('foldContact', () => {
  test('has no contact without an event', () => {
    expect(foldContact([], 600_000)).toEqual({ contact: undefined, steps: [] });
  });

  test('keeps first and last lead, removal and return', () => {
    const { contact } = foldContact(
      [
        { kind: 'lead', id: 'l1', at: at(1_000), form: 'a', mayRestore: true },
        { kind: 'removal', id: 'u1', at: at(2_000) },
        { kind: 'lead', id: 'l2', at: at(3_000), form: 'a', mayRestore: true },
      ],
      600_000,
    );
    expect(contact).toEqual({ state: 'active', leads: 2, duplicates: 0, restored: 1, firstLead: at(1_000), lastLead: at(3_000), removedAt: at(2_000), restoredAt: at(3_000) });
  });

  test('gives the same in every order, counts every lead once, and ends in the state of its last removal or return', () => {
    fc.assert(
      fc.property(events.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))), ([one, other]) => {
        const folded = foldContact(one, 600_000);
        expect(foldContact(other, 600_000)).toEqual(folded);
        const { contact, steps } = folded;
        const leads = one.filter(({ kind }) => kind === 'lead');
        expect(contact === undefined).toBe(one.length === 0);
        if (contact === undefined) return;
        const count = (outcome: string) => steps.filter((step) => step.outcome === outcome).length;
        expect(contact.leads).toBe(leads.length);
        expect([contact.duplicates, contact.restored, count('created') + count('duplicate') + count('restored')]).toEqual([count('duplicate'), count('restored'), leads.length]);
        const turn = steps.findLast(({ outcome }) => outcome !== 'duplicate');
        expect(contact.state).toBe(turn?.outcome === 'removed' ? 'removed' : 'active');
        for (const { reason, event } of steps) {
          if (reason !== 'resubmitted' || event.kind !== 'lead') continue;
          expect(one.some((each) => each.kind === 'lead' && each.form === event.form && each.id !== event.id && millisOf(event.at) - millisOf(each.at) <= 600_000)).toBe(true);
        }
      }),
    );
  });
});
