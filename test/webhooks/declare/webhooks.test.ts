import { describe, expect, test } from '@jest/globals';

import { compileWebhooks, requireSecrets, requireSoundWebhooks } from '../../../src/webhooks/declare/webhooks.ts';

const compile = (text: string, variables: Readonly<Record<string, string>> = { SECRET: 'a secret' }) =>
  compileWebhooks({ file: 'webhooks.yaml', text }, { brands: ['alpina', 'belmont'], variable: (name) => variables[name] });
const faults = (text: string, variables?: Readonly<Record<string, string>>) => compile(text, variables).problems.map(({ line, key, message }) => `${String(line)} ${key}: ${message}`);

describe('webhooks.yaml', () => {
  test('declares sources with their rules in order', () => {
    const { sources, problems } = compile(`sources:
  - id: stripe-alpina
    brand: alpina
    scheme: stripe
    secrets: ["\${SECRET}", "\${OLD}"]
    actions:
      - { type: charge.*, hint: { object: charge, id: /data/object/id } }
      - { type: "*", ignore: true }
`);
    expect(problems).toEqual([]);
    expect(sources).toMatchObject([{ id: 'stripe-alpina', brand: 'alpina', schemeName: 'stripe', tolerance: 300, isRetired: false, keys: [Buffer.from('a secret')], unset: [] }]);
    const of = (type: string) => sources[0]?.rules.find(({ matches }) => matches(type))?.action;
    expect([of('charge.refunded'), of('chargeXrefunded')]).toEqual([{ kind: 'hint', object: 'charge', id: '/data/object/id' }, { kind: 'ignore' }]);
  });

  test('of nothing declares none', () => {
    expect(compile('')).toMatchObject({ sources: [], problems: [] });
    expect(compile('sources: []\n')).toMatchObject({ sources: [], problems: [] });
  });

  test('is told all its faults at once, each with its line', () => {
    const found = faults(`sources:
  - id: One
    brand: alpina
    scheme: stripe
    secrets: ["\${SECRET}"]
  - id: two
    brand: gone
    scheme: github
    secrets: [plain]
  - id: three
    brand: belmnt
    scheme: shopify
    secrets: ["\${SECRET}"]
    actions:
      - { type: a }
  - id: three
    brand: belmnt
    scheme: shopify
    secrets: ["\${SECRET}"]
`);
    expect(found).toEqual([
      '2 sources.One.id: must be 1 to 48 lower-case letters, digits or dashes, a letter first',
      '9 sources.two.secrets.0: must be an environment variable: ${STRIPE_WEBHOOK_SECRET}',
      '15 sources.three.actions.0: must have exactly one of ignore, hint, consent, event, lead',
      expect.stringMatching(/^17 sources\.three\.brand: names "belmnt", which is not declared in hub\.config\.yaml\..*belmont/),
    ]);
    expect(() => requireSoundWebhooks(compile('sources: 1'))).toThrow(/webhooks\.yaml:1: "sources"/);
  });

  test('takes no id twice', () => {
    const one = '  - { id: one, brand: alpina, scheme: github, secrets: ["${SECRET}"] }\n';
    expect(faults(`sources:\n${one}${one}`)).toEqual(['3 sources.one: stands twice: one']);
  });

  test.each([
    ['signed: "{timestamp}.{body}"', 'signed'],
    ['timestamp_header: x-time', 'signed'],
    ['signed: "{id}{body}"', 'signed'],
    ['signed: "{timestamp}"', 'signed'],
    ['signed: "{other}{body}"', 'signed'],
    ['id_header: x-id, id_pointer: /id', 'id_pointer'],
    ['id_pointer: id', 'id_pointer'],
    ['header: "a b"', 'header'],
  ])('refuses an hmac source with %s, which proves less than it seems to', (keys, key) => {
    const found = faults(`sources:\n  - { id: one, brand: alpina, scheme: hmac, ${keys.startsWith('header') ? '' : 'header: x-sig, '}secrets: ["\${SECRET}"], ${keys} }\n`);
    expect(found.map((fault) => fault.split(':', 1)[0])).toContain(`2 sources.one.${key}`);
  });

  test('never shows a secret that it refuses', () => {
    const found = faults('sources:\n  - { id: one, brand: alpina, scheme: standard, secrets: ["${SECRET}"] }\n', { SECRET: 'whsec_short' });
    expect(found).toEqual([expect.stringMatching(/^2 sources\.one\.secrets\.0: names SECRET, whose value is too short/)]);
    expect(faults('sources:\n  - { id: one, brand: alpina, scheme: github, secrets: ["${SECRET}"] }\n', { SECRET: 'a secret\n' })[0]).toMatch(/white space around it/);
  });
});

describe('a source without its secret', () => {
  const text = 'sources:\n  - { id: one, brand: alpina, scheme: github, secrets: ["${A}", "${B}"], retired: RETIRED }\n';

  test('cannot be taken from, only imported', () => {
    const webhooks = requireSoundWebhooks(compile(text.replace('RETIRED', 'false'), { B: 'x' }));
    expect(() => requireSecrets(webhooks)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'webhook_secret_missing', message: expect.stringContaining('A (one) is not set') }));
  });

  test('is none that is missed if it is retired, or if only the place of an old one is empty', () => {
    expect(requireSecrets(compile(text.replace('RETIRED', 'true'), {})).sources).toHaveLength(1);
    expect(requireSecrets(compile(text.replace('RETIRED', 'false'), { A: 'x' })).sources).toHaveLength(1);
  });
});
