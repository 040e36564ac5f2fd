import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { compileForms, requireSound } from '../../../src/leads/forms/forms.ts';
import { parseRouteCases, testRoutes } from '../../../src/leads/routing/test-routes.ts';
import { SMALL, compiled, linesOf, manyForms } from './forms-file.ts';

describe('the shipped forms', () => {
  const text = readFileSync('config/forms.yaml', 'utf8');
  const hosts = ['go.alpina.example', 'go.belmont.example', 'go.corvina.example', 'track.partner.example'];
  const forms = compileForms({ file: 'config/forms.yaml', text }, { brands: ['alpina', 'belmont', 'corvina'], redirectHosts: hosts, idKey: 'key' });

  test('have nothing wrong with them, and a form for each of the three brands', () => {
    expect(linesOf(forms)).toEqual([]);
    expect(new Set(forms.forms.map(({ brand }) => brand))).toEqual(new Set(['alpina', 'belmont', 'corvina']));
  });

  test('route what the shipped cases say', () => {
    const cases = parseRouteCases('config/routes.test.json', readFileSync('config/routes.test.json', 'utf8'));
    const results = testRoutes(forms.routing, forms.forms, forms.partners.map(({ id }) => id), cases);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });
});

const wrong = (title: string, from: string | RegExp, to: string, ...lines: string[]) => ({ title, text: SMALL.replace(from, to), lines });

describe('compileForms', () => {
  test.each([
    wrong('a misspelt key', 'theme: detox\n', 'them: detox\n', 'error 8 forms.f1.them: is no key that belongs here'),
    wrong('an unknown brand', 'brand: alpina', 'brand: alpine', 'error 7 forms.f1.brand: names "alpine", which is not declared in hub.config.yaml. Did you mean alpina?'),
    wrong('an unknown theme', 'theme: detox\n', 'theme: sleep\n', 'error 8 forms.f1.theme: names "sleep", which is not declared under themes.'),
    wrong('no e-mail', 'email: { kind: email }', 'mail: { kind: text }', 'error 9 forms.f1.fields: must have exactly one field of kind email'),
    wrong('two e-mails', 'email: { kind: email }', 'email: { kind: email }\n      other: { kind: email }', 'error 9 forms.f1.fields: must have exactly one field of kind email'),
    wrong('an unknown key of a field', '{ kind: email }', '{ kind: email }\n      qty: { kind: integer, maximum: 3 }', 'error 11 forms.f1.fields.qty.maximum: is no key that belongs here'),
    wrong('a target at another host', 'https://go.example/thanks', 'https://go.example.org/thanks', 'error 11 forms.f1.default: leads to go.example.org, which serve.redirect_hosts of the configuration does not name'),
    wrong('an id twice', 'products: [zinc]', 'products: [zinc, zinc]', 'error 2 products.1: stands twice: zinc'),
    wrong('a word of the rules as a theme', 'products: [zinc]', 'products: [none]', 'error 2 products.0: is a word of the rules; take another one'),
    wrong('a honeypot that is a field', 'theme: detox\n', 'theme: detox\n    honeypot: email\n', 'error 9 forms.f1.honeypot: is the name of a field of this form; take another one'),
    wrong('a redirect through a partner that never arrives', '- id: acme', '- id: acme\n    via: https://track.example:8443/x', 'error 5 partners.acme.via: has no {next}, so nobody would arrive'),
    wrong('a postback with a payout of no currency', '- id: acme', '- id: acme\n    postback: { destination: net, payout: 4.5 }', 'error 5 partners.acme.postback: needs payout and currency together, or neither'),
    wrong('no forms', /forms:[^]*routes: \[\]/, 'routes: []', 'error 1 forms: Invalid input: expected array, received undefined'),
    wrong('broken YAML', 'themes: [detox]', 'themes: [detox', 'error 2 : Flow sequence in block collection must be sufficiently indented and end with a ]'),
    wrong('a rule of an unknown partner', 'routes: []', 'routes:\n  - { id: r, partner: acmi, to: "https://go.example/" }', 'error 13 routes.r.partner: names "acmi", which is not declared under partners. Did you mean acme?'),
    wrong('a rule to a macro that is none', 'routes: []', 'routes:\n  - { id: r, to: "https://go.example/{email}" }', 'error 13 routes.r.to: {email} is no macro here; use one of {lead_id} {partner} {theme} {product} {brand} {click_id} {sub1} {sub2} {sub3} {sub4} {sub5}'),
    wrong('a rule that matches no form', 'routes: []', 'routes:\n  - { id: r, product: zinc, to: "https://go.example/" }', 'warning 13 routes.r: matches no form with any partner'),
  ])('names the line of $title', ({ text, lines }) => {
    expect(linesOf(compiled(text)).filter((line) => !line.includes('Flow sequence') || lines.includes(line))).toEqual(expect.arrayContaining(lines));
  });

  test('names every fault at once, in the order of the lines', () => {
    const text = `${SMALL.replace('brand: alpina', 'brand: nobody').replace('[zinc]', '[zinc, Z!]').replace('routes: []\n', '')}routes:
  - { id: a, theme: detox, to: "https://go.example/a" }
  - { id: b, when: { known: false, known_active: true }, to: "https://evil.example/" }
  - { id: c, theme: nothing, to: "https://go.example/c" }
`;
    expect(compiled(text).problems.map(({ line, route }) => `${line} ${route?.code ?? 'file'}`)).toEqual(['2 file', '7 file', '14 bad_target', '14 impossible', '15 unknown_value']);
    expect(() => requireSound(compiled(text))).toThrow(expect.objectContaining({ kind: 'configuration', code: 'forms_invalid', message: expect.stringMatching(/forms\.yaml:2:[^]*forms\.yaml:7:[^]*forms\.yaml:15:/) }));
  });

  test('tells a tie with the line of the later rule, the earlier one and a request of both', () => {
    const text = `${SMALL.replace('routes: []\n', '')}routes:
  - { id: a, theme: detox, to: "https://go.example/a" }
  - { id: b, partner: acme, to: "https://go.example/b" }
`;
    expect(linesOf(compiled(text))).toEqual(['error 14 routes.b: has the same rank as a for a request of both (form f1, partner acme, state unknown); give one of them a priority']);
  });

  test('tells no tie and no shadow while a rule cannot be read, which may be what is between them', () => {
    const text = `${SMALL.replace('routes: []\n', '')}routes:
  - { id: a, theme: detox, to: "https://go.example/a" }
  - { id: b, partner: acme, to: "https://go.example/b" }
  - { id: c, theme: detox, partner: acme, priority: high, to: "https://go.example/c" }
`;
    expect(compiled(text).problems.map(({ line, route }) => [line, route])).toEqual([[15, null]]);
  });

  test('makes public ids with the key, keeps an old one beside, and has another version with another key or text', () => {
    const [one, other] = [compiled(SMALL), compiled(SMALL, 'another')];
    expect(one.forms[0]?.publicId).toMatch(/^frm_[0-9a-f]{24}$/);
    expect(one.forms[0]?.publicId).not.toBe(other.forms[0]?.publicId);
    const kept = compiled(SMALL.replace('    theme: detox\n', `    theme: detox\n    public_id: ${one.forms[0]?.publicId ?? ''}\n`), 'another');
    expect(kept.forms[0]).toMatchObject({ publicId: other.forms[0]?.publicId, formerPublicId: one.forms[0]?.publicId });
    expect(new Set([one.version, other.version, kept.version, compiled(`${SMALL}# x\n`).version]).size).toBe(4);
    expect(compiled(SMALL).version).toBe(one.version);
  });

  test('refuses a public id that two forms would have', () => {
    const second = SMALL.slice(SMALL.indexOf('  - id: f1'), SMALL.indexOf('routes:')).replace('f1', 'f2').replace('    theme: detox\n', '    public_id: frm_0a\n');
    const text = SMALL.replace('    theme: detox\n', '    theme: detox\n    public_id: frm_0a\n').replace('routes: []\n', second);
    expect(linesOf(compiled(text))).toEqual(['error 15 forms.f2.public_id: is the public id of f1 too: frm_0a']);
  });

  test('blocks a domain beyond ASCII in both of its forms', () => {
    expect([...compiled(`${SMALL}blocked_domains: [Bücher.example]\n`).blockedDomains].sort()).toEqual(['bücher.example', 'xn--bcher-kva.example']);
  });

  test('loads 2,000 forms, 500 partners and 1,000 rules in less than 5 s', () => {
    const text = manyForms({ forms: 2_000, partners: 500, rules: 1_000 });
    // Of the processor, as other tests run at the same time.
    const before = process.cpuUsage();
    const forms = compiled(text);
    const { user, system } = process.cpuUsage(before);
    expect(forms.routing.table.winners.length).toBe(2_000 * 501 * 4);
    expect(forms.problems.filter(({ route }) => route === null)).toEqual([]);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
