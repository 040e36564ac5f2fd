import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { obstacleOf, subscribes } from '../../../src/destinations/relays/destination.ts';
import { parseDestinations } from '../../../src/destinations/relays/destinations.ts';
import { SECRET } from '../../support/relays.ts';

const BASE = '  - id: crm\n    mode: post\n    url: https://crm.example/in\n    kinds: [order.assembled]\n';

function parse(text: string, variables: Readonly<Record<string, string>> = {}) {
  return parseDestinations({ file: 'd.yaml', text }, { variable: (name) => variables[name], brands: ['alpina', 'belmont'] });
}

describe('the shipped destinations', () => {
  const shipped = readFileSync('config/destinations.yaml', 'utf8');

  test('send nothing anywhere in a fresh clone, and say what to set', () => {
    const all = parse(shipped);
    expect(all.map((destination) => [destination.id, obstacleOf(destination)])).toEqual([
      ['crm', 'HUB_CRM_URL and HUB_CRM_SECRET are not set'],
      ['partner-leads', 'HUB_PARTNER_LEADS_URL and HUB_PARTNER_LEADS_SECRET are not set'],
      ['affiliate-postback', 'HUB_AFFILIATE_URL is not set'],
    ]);
    expect(all.filter((destination) => subscribes(destination, 'order.changed', 'alpina')).map(({ id }) => id)).toEqual(['crm']);
  });

  test('are ready once their variables are set; the second secret is for rotation', () => {
    const [crm] = parse(shipped, { HUB_CRM_URL: 'https://crm.example/in', HUB_CRM_SECRET: SECRET });
    expect(crm).toMatchObject({ url: 'https://crm.example/in', timeoutMs: 15_000, concurrency: 16, allowPrivate: false });
    expect(crm && obstacleOf(crm)).toBeUndefined();
  });
});

describe('a destinations file', () => {
  const wrong: [string, string, Record<string, string>, string][] = [
    ['an unknown key', `${BASE}    colour: red\n`, {}, 'd.yaml:6: "colour"'],
    ['an unknown mode', BASE.replace('post', 'put'), {}, 'd.yaml:3: "mode"'],
    ['an unknown kind', BASE.replace('order.assembled', 'order.made'), {}, 'd.yaml:5: "kinds"'],
    ['the same id twice', BASE + BASE, {}, 'has the same id twice'],
    ['another protocol', BASE.replace('https', 'ftp'), {}, 'd.yaml:4: crm: url must begin with https:// or http://'],
    ['a password in the URL', BASE.replace('crm.example', 'u:p@crm.example'), {}, 'd.yaml:4: crm: url must hold no user and password'],
    ['a macro in the host', BASE.replace('crm.example', '{sub1}.example'), {}, 'd.yaml:4: "url" has a macro in its host'],
    ['a macro in the host of a variable', BASE.replace('https://crm.example/in', '${U}'), { U: 'https://{sub1}.example/' }, 'd.yaml:4: crm: url has a macro in its host'],
    ['a literal secret', `${BASE}    secrets: [whsec_abc]\n`, {}, 'd.yaml:6: "secrets" must be an environment variable'],
    ['a secret that is no base64', `${BASE}    secrets: ["\${S}"]\n`, { S: 'whsec_§§§' }, 'd.yaml:6: crm: secrets cannot be used'],
    ['a header with a line feed', `${BASE}    headers: { x-key: "\${S}" }\n`, { S: 'a\nb' }, 'd.yaml:6: crm: headers hold a character'],
    ['a duration without a unit', `${BASE}    timeout: "15"\n`, {}, 'd.yaml:6: "timeout" must be a number with a unit'],
    ['a pattern that is none', `${BASE}    expect: { body: "(" }\n`, {}, 'd.yaml:6: "expect.body" is no regular expression'],
    ['an unknown brand', `${BASE}    brands: [delta]\n`, {}, 'd.yaml:6: crm: brands names "delta"'],
    ['secrets of a get', `${BASE.replace('post', 'get')}    secrets: ["\${S}"]\n`, {}, 'd.yaml:6: "secrets" sign the body of a post'],
    ['no YAML', '  - [', {}, 'd.yaml:2:'],
  ];

  test.each(wrong)('with %s is refused with its line, without values of variables', (_title, text, variables, message) => {
    const attempt = (): unknown => parse(`destinations:\n${text}`, variables);
    expect(attempt).toThrow(expect.objectContaining({ kind: 'configuration', code: 'destinations_invalid', message: expect.stringContaining(message) }));
    for (const value of Object.values(variables)) expect(attempt).toThrow(expect.objectContaining({ message: expect.not.stringContaining(value) }));
  });

  test('can switch a destination off: then nothing is put into the outbox for it', () => {
    const [off] = parse(`destinations:\n${BASE}    enabled: false\n`);
    expect(off && [subscribes(off, 'order.assembled', 'alpina'), obstacleOf(off)]).toEqual([false, 'switched off in destinations.yaml']);
  });

  test('can restrict a destination to brands', () => {
    const [own] = parse(`destinations:\n${BASE}    brands: [belmont]\n`);
    expect(own && ['alpina', 'belmont', null].map((brand) => subscribes(own, 'order.assembled', brand))).toEqual([false, true, true]);
  });
});
