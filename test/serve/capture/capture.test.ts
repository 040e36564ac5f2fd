import { describe, expect, test } from '@jest/globals';

import type { FormPair } from '../../../src/leads/pairs.ts';
import { capture, isVisit, type Captured } from '../../../src/serve/capture/capture.ts';
import { extraPairs } from '../../../src/serve/capture/extra.ts';
import { keptHeaders } from '../../../src/serve/capture/headers.ts';
import { nothingKnown } from '../../../src/serve/knowledge/snapshot.ts';
import { instantFromMillis } from '../../../src/core/time.ts';
import { oneForm, oneFormDecide } from '../decide.ts';

const captured: Captured = {
  ...{ form: oneForm, method: 'POST', path: '/l/frm_one', headers: {}, address: '203.0.113.9', body: [['email', 'a@b.ch'], ['x', '1']], query: [['p', 'par_1'], ['utm', 'y']] },
  at: instantFromMillis(1_773_144_000_123),
};
const tools = { decide: oneFormDecide(), knowledge: nothingKnown, mayAsk: () => true, micros: () => 180 };

describe('a captured request', () => {
  test('has the receipt in milliseconds, what is declared apart from what is not, and the answer', () => {
    expect(capture(captured, tools, 303).record).toMatchObject({
      ...{ received_at: '2026-03-10T12:00:00.123Z', pairs: [['email', 'a@b.ch']], extra: [['x', '1']], query: [['p', 'par_1'], ['utm', 'y']], status: 303, micros: 180 },
      decision: { knowledge_as_of: null, withheld: false },
    });
  });

  test('is decided as unknown where the client may not ask', () => {
    const knowing = { ...nothingKnown, stateOf: () => 'known_active' as const };
    expect(capture(captured, { ...tools, knowledge: knowing }, 303).record.decision).toMatchObject({ state: 'known_active', withheld: false });
    expect(capture(captured, { ...tools, knowledge: knowing, mayAsk: () => false }, 303).record.decision).toMatchObject({ state: 'unknown', withheld: true });
  });

  test('has an id of its own each time', () => {
    expect(new Set(Array.from({ length: 100 }, () => capture(captured, tools, 303).record.lead_id)).size).toBe(100);
  });

  test.each<[readonly FormPair[] | undefined, readonly FormPair[], boolean, boolean]>([
    [[], [], true, false],
    [undefined, [['email', 'a']], true, false],
    [undefined, [['email', null, 'Wm/r']], true, false],
    [undefined, [['email', 'a']], false, true],
    [undefined, [['website2', 'a'], ['p', 'b'], ['utm', 'c']], true, true],
  ])('body %j, query %j, GET %s: a visit is %s', (body, query, takesGet, expected) => {
    expect(isVisit({ form: { ...oneForm, takesGet }, body, query })).toBe(expected);
  });
});

describe('pairs that no form declares', () => {
  test.each(['password', 'Passwd', 'card_number', 'CVC', 'cvv2', 'iban', 'my_ssn'])('are left out if they are called %s', (name) => {
    expect(extraPairs([[name, 'x'], ['note', 'y']])).toEqual([['note', 'y']]);
  });

  test('are 50 at most, of 500 characters each', () => {
    const many = Array.from({ length: 60 }, (_, n): FormPair => [`n${n}`, 'x'.repeat(600)]);
    expect(extraPairs(many)).toHaveLength(50);
    expect(extraPairs(many)[0]).toEqual(['n0', 'x'.repeat(500)]);
    expect(extraPairs([['b', null, Buffer.alloc(600).toString('base64')]])[0]?.[2]).toHaveLength(500);
    expect(extraPairs([['half', `${'x'.repeat(499)}😀`]])[0]?.[1]?.isWellFormed()).toBe(true);
  });
});

describe('the headers of a record', () => {
  test('are those of the list', () => {
    const kept = { 'user-agent': 'a', 'accept-language': 'b', origin: 'c', 'sec-purpose': 'd', purpose: 'e', 'x-moz': 'f', 'sec-ch-ua': 'g', 'sec-ch-ua-mobile': 'h', 'sec-gpc': '1' };
    expect(keptHeaders({ ...kept, cookie: 'x', authorization: 'x', host: 'x', 'x-forwarded-for': 'x', 'set-cookie': ['x'] })).toEqual(kept);
  });

  test.each([
    ['https://a.example/form?email=x#y', 'https://a.example/form'],
    ['https://u:p@a.example/', 'https://a.example/'],
    ['android-app://com.example/', undefined],
    ['no url', undefined],
  ])('of the referer %s keep %s', (referer, expected) => {
    expect(keptHeaders({ referer })['referer']).toBe(expected);
  });
});
