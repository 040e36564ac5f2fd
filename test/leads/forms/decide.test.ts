import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import type { Instant } from '../../../src/core/time.ts';
import type { CaptureRequest, KnowledgeState } from '../../../src/leads/decision.ts';
import { decideBy } from '../../../src/leads/forms/decide.ts';
import { parseUrlencoded } from '../../../src/leads/pairs.ts';
import { compiled } from './forms-file.ts';

const FORMS = compiled(`themes: [detox]
partners:
  - id: acme
    via: https://track.example:8443/via?u={next}&c={click_id}
forms:
  - id: f1
    brand: alpina
    theme: detox
    honeypot: website2
    public_id: frm_old
    fields:
      email: { kind: email }
      phone: { kind: phone }
      country: { kind: choice, options: [FR], required: true }
    default: https://go.example/thanks?l={lead_id}&t={theme}&p={product}&s={sub1}
    invalid: https://go.example/form?e={error_fields}
  - id: f2
    brand: belmont
    methods: [get, post]
    fields:
      email: { kind: email }
    default: https://go.example/f2
routes:
  - { id: known, theme: detox, when: { known: true }, to: "https://go.example/again?l={lead_id}" }
`);
const decide = decideBy(FORMS);
const [ACME, THEME] = [FORMS.partners[0]?.publicId ?? '', FORMS.forms[0]?.publicParts.theme ?? ''];

function ask(body: string, { form = 'frm_old', query = '', state = 'unknown', visit = false }: { form?: string; query?: string; state?: KnowledgeState; visit?: boolean } = {}) {
  const capture = decide.form(form);
  if (capture === undefined) throw new Error('There is no such form.');
  const asked: string[] = [];
  const request: CaptureRequest = {
    form: capture,
    pairs: parseUrlencoded(Buffer.from(body)),
    query: parseUrlencoded(Buffer.from(query)),
    at: '2026-03-10 12:00:00.000000' as Instant,
    leadId: visit ? undefined : 'lead_1',
    stateOf: (hash) => {
      asked.push(hash);
      return state;
    },
  };
  return { ...decide.decide(request), asked };
}

describe('decideBy', () => {
  test('knows a form by its public id and by the one that it had before', () => {
    expect(decide.form('frm_old')?.id).toBe('f1');
    expect(decide.form(FORMS.forms[0]?.publicId ?? '')).toBe(decide.form('frm_old'));
    expect(decide.form('f1')).toBeUndefined();
    expect(decide.form('__proto__')).toBeUndefined();
    expect(decide.form('frm_old')).toMatchObject({ brand: 'alpina', takesGet: false, declared: new Set(['email', 'phone', 'country', 'p', 'website2']), fields: new Set(['email', 'phone', 'country']) });
    expect(decide.version).toBe(FORMS.version);
  });

  test('sends a valid lead to the default, the macros filled in, and asks for the person by the hash of billing', () => {
    expect(ask('email=+Anna%40mail.ch&country=fr', { query: 'sub1=a%26b' })).toEqual({
      location: `https://go.example/thanks?l=lead_1&t=${THEME}&p=&s=a%26b`,
      ...{ rule: null, partner: null, state: 'unknown', errors: [] },
      asked: [sha256Hex('anna@mail.ch')],
    });
  });

  test('routes by what is known of the person', () => {
    expect(ask('email=anna%40mail.ch&country=fr', { state: 'known_active' })).toMatchObject({ rule: 'known', state: 'known_active', location: 'https://go.example/again?l=lead_1' });
  });

  test('sends an invalid lead to the form, with the fields in question; who has no valid address is unknown', () => {
    expect(ask('email=anna&country=fr&phone=x', { state: 'known' })).toMatchObject({
      ...{ location: 'https://go.example/form?e=email%2Cphone', state: 'unknown', asked: [] },
      errors: [{ field: 'email', category: 'malformed' }, { field: 'phone', category: 'malformed' }],
    });
    expect(ask('email=anna%40mail.ch', { state: 'known' })).toMatchObject({ location: 'https://go.example/form?e=country', rule: 'known', state: 'known' });
    const { publicId = '' } = FORMS.forms[1] ?? {};
    expect(ask('email=anna', { form: publicId }).location).toBe('https://go.example/f2');
  });

  test('leads a new person of a partner through its redirect, nobody else', () => {
    const through = ask('email=anna%40mail.ch&country=fr', { query: `p=${ACME}&clickid=c%201` });
    expect(through).toMatchObject({ partner: 'acme', rule: null });
    const url = new URL(through.location);
    expect([url.host, url.searchParams.get('u'), url.searchParams.get('c')]).toEqual(['track.example:8443', `https://go.example/thanks?l=lead_1&t=${THEME}&p=&s=`, 'c 1']);
    expect(ask('email=anna%40mail.ch&country=fr', { query: `p=${ACME}`, state: 'known' }).location).toBe('https://go.example/again?l=lead_1');
    expect(ask(`email=anna&p=${ACME}`)).toMatchObject({ partner: 'acme', location: 'https://go.example/form?e=email%2Ccountry' });
    expect(ask('email=anna%40mail.ch&country=fr&p=acme').partner).toBeNull();
  });

  test('judges no fields of a visit and asks for nobody', () => {
    expect(ask('email=anna', { visit: true, query: `p=${ACME}` })).toEqual({ location: `https://go.example/thanks?l=&t=${THEME}&p=&s=`, rule: null, partner: 'acme', state: 'unknown', errors: [], asked: [] });
  });
});
