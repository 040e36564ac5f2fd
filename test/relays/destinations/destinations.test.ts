import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { isBroken, obstacleOf, subscribes } from '../../../src/relays/destinations/destination.ts';
import { parseDestinations } from '../../../src/relays/destinations/destinations.ts';
import { SECRET } from '../../support/stages/relays.ts';

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
      ['team-chat', 'switched off in destinations.yaml'],
      ['team-mail', 'switched off in destinations.yaml'],
    ]);
    expect(all.filter((destination) => subscribes(destination, 'order.changed', 'alpina')).map(({ id }) => id)).toEqual(['crm']);
  });

  test('tell people once they are switched on and their variables are set', () => {
    const on = shipped.replaceAll('enabled: false', 'enabled: true');
    const variables = { HUB_SLACK_URL: 'https://hooks.slack.example/services/x', HUB_SMTP_URL: 'smtps://hub:x@mail.example', HUB_MAIL_FROM: 'Hub <hub@shop.example>', HUB_MAIL_TO: 'a@shop.example, b@shop.example' };
    const people = parse(on, variables).filter(({ id }) => id.startsWith('team-'));
    expect(people.map(obstacleOf)).toEqual([undefined, undefined]);
    expect(people.map(({ kinds, recipients }) => [[...kinds], recipients?.length])).toEqual([[['alert.fired', 'alert.resolved', 'digest.weekly'], undefined], [['alert.fired', 'alert.resolved', 'digest.weekly'], 2]]);
  });

  test('are ready once their variables are set; the second secret is for rotation', () => {
    const [crm] = parse(shipped, { HUB_CRM_URL: 'https://crm.example/in', HUB_CRM_SECRET: SECRET });
    expect(crm).toMatchObject({ url: 'https://crm.example/in', timeoutMs: 15_000, concurrency: 16, allowPrivate: false });
    expect(crm && obstacleOf(crm)).toBeUndefined();
  });
});

const wrong = (title: string, text: string, message: string, variables: Record<string, string> = {}): [string, string, string, Record<string, string>] => [title, text, message, variables];

describe('a destinations file', () => {
  test.each([
    wrong('an unknown key', `${BASE}    colour: red\n`, 'd.yaml:6: "colour"'),
    wrong('a misspelt key, not the one that is missing for it', BASE.replace('kinds', 'kind'), 'd.yaml:5: "kind" is no key that belongs here'),
    wrong('an unknown kind', BASE.replace('order.assembled', 'order.made'), 'd.yaml:5: "kinds"'),
    wrong('no kinds', BASE.replace('    kinds: [order.assembled]\n', ''), 'd.yaml:2: "kinds"'),
    wrong('the same id twice', BASE + BASE, 'has the same id twice'),
    wrong('the same id twice, one of them broken', BASE + BASE.replace('post', 'put'), 'has the same id twice'),
    wrong('an unknown brand', `${BASE}    brands: [delta]\n`, 'd.yaml:6: crm: brands names "delta"'),
    wrong('no YAML', '  - [', 'd.yaml:2:'),
  ])('with %s is refused with its line, as nobody could say what to put into the outbox', (_title, text, message) => {
    expect(() => parse(`destinations:\n${text}`)).toThrow(
      expect.objectContaining({ kind: 'configuration', code: 'destinations_invalid', message: expect.stringContaining(message) }),
    );
  });

  const MAIL = '  - id: mail\n    mode: smtp\n    url: ${SMTP}\n    from: hub@shop.example\n    to: [team@shop.example]\n    kinds: [alert.fired]\n';
  const SMTP = { SMTP: 'smtps://mail.example' };
  const SLACK = '  - id: chat\n    mode: slack\n    url: https://hooks.example/x\n    kinds: [alert.fired]\n';

  const forPeople = [
    wrong('orders in a chat', SLACK.replace('alert.fired', 'order.changed'), 'd.yaml:5: "kinds" must be of alert.fired, alert.resolved, digest.weekly'),
    wrong('leads in a mail', MAIL.replace('alert.fired', 'lead.created'), 'd.yaml:7: "kinds" must be of alert.fired'),
    wrong('a macro in a chat', SLACK.replace('/x', '/{sub1}'), 'd.yaml:4: "url" has a macro, and slack takes none'),
    wrong('an expectation of a chat', `${SLACK}    expect: { status: 201 }\n`, 'd.yaml:6: "expect" is known of slack'),
    wrong('a recipient of a chat', `${SLACK}    to: [team@shop.example]\n`, 'd.yaml:6: "to" belongs to mode smtp'),
    wrong('a mail without a sender', MAIL.replace('    from: hub@shop.example\n', ''), '"from" is missing'),
    wrong('a mail without recipients', MAIL.replace('    to: [team@shop.example]\n', ''), '"to" is missing'),
    wrong('headers of a mail', `${MAIL}    headers: { x-a: b }\n`, 'd.yaml:8: "headers" are none of a mail'),
    wrong('a sender that is no address', MAIL.replace('hub@', 'hub '), 'd.yaml:5: mail: from is no address', SMTP),
    wrong('a recipient that is no address', MAIL.replace('team@', 'team '), 'd.yaml:6: mail: to holds what is no address', SMTP),
    wrong('a web address for a mail server', MAIL, 'd.yaml:4: mail: url must begin with smtps:// or smtp://', { SMTP: 'https://mail.example' }),
    wrong('a password of a mail server in the file', MAIL.replace('${SMTP}', 'smtps://u:p@mail.example'), 'd.yaml:4: mail: url holds a password'),
  ];

  test.each(forPeople)('with %s has one broken destination, named with its line and without values of variables', (_title, text, message, variables) => {
    const [broken, other] = parse(`destinations:\n${text}  - { id: other, mode: get, url: "https://n.example/", kinds: [conversion] }\n`, variables);
    expect(broken).toMatchObject({ problem: expect.stringContaining(message) });
    for (const value of Object.values(variables)) expect(broken).toMatchObject({ problem: expect.not.stringContaining(value) });
    expect(other && [isBroken(other), obstacleOf(other)]).toEqual([false, undefined]);
  });

  test('knows the recipients of a mail whatever else is wrong with it, and none while their variable is not set', () => {
    const recipients = (text: string, variables: Record<string, string> = {}) => parse(`destinations:\n${text}`, variables)[0]?.recipients?.length;
    expect(recipients(MAIL, SMTP)).toBe(1);
    expect(recipients(MAIL, { SMTP: 'https://mail.example' })).toBe(1);
    expect(recipients(MAIL.replace('team@shop.example', '"${TO}"'), { ...SMTP, TO: 'a@shop.example,b@shop.example' })).toBe(2);
    expect(recipients(MAIL.replace('team@shop.example', '"${TO}"'), SMTP)).toBe(0);
    expect(parse(`destinations:\n${MAIL.replace('team@shop.example', '"${TO}"')}`, SMTP).map(obstacleOf)).toEqual(['TO is not set']);
  });

  const own = [
    wrong('an unknown mode', BASE.replace('post', 'put'), 'd.yaml:3: "mode"'),
    wrong('another protocol', BASE.replace('https', 'ftp'), 'd.yaml:4: crm: url must begin with https:// or http://'),
    wrong('a password in the URL', BASE.replace('crm.example', 'u:p@crm.example'), 'd.yaml:4: crm: url must hold no user and password'),
    wrong('a macro in the host', BASE.replace('crm.example', '{sub1}.example'), 'd.yaml:4: "url" has a macro in its host'),
    wrong('a macro in the host of a variable', BASE.replace('https://crm.example/in', '${U}'), 'd.yaml:4: crm: url has a macro in its host', { U: 'https://{sub1}.example/' }),
    wrong('a fragment', BASE.replace('/in', '/in#top'), 'd.yaml:4: "url" has a fragment'),
    wrong('a fragment of a variable', BASE.replace('https://crm.example/in', '${U}?c={click_id}'), 'd.yaml:4: crm: url has a fragment', { U: 'https://crm.example/#top' }),
    wrong('&amp; in the URL', BASE.replace('/in', '/in?a=1&amp;c={click_id}'), 'd.yaml:4: "url" has &amp; in it'),
    wrong('a second "?"', BASE.replace('/in', '/in?a=1?c={click_id}'), 'd.yaml:4: "url" has a second "?"'),
    wrong('a second "?" of a variable', BASE.replace('https://crm.example/in', '${U}?c={click_id}'), 'd.yaml:4: crm: url has a second "?"', { U: 'https://crm.example/?a=1?b=2' }),
    wrong('a line break after the URL', BASE.replace('https://crm.example/in', '${U}'), 'd.yaml:4: crm: url cannot use U: it has white space or a line break', { U: 'https://crm.example/in\n' }),
    wrong('a literal secret', `${BASE}    secrets: [whsec_abc]\n`, 'd.yaml:6: "secrets" must be an environment variable'),
    wrong('a secret that is no base64', `${BASE}    secrets: ["\${S}"]\n`, 'd.yaml:6: crm: secrets cannot use S: it is no base64', { S: 'whsec_§§§' }),
    wrong('a secret with a line break', `${BASE}    secrets: ["\${S}"]\n`, 'd.yaml:6: crm: secrets cannot use S: it has white space or a line break', { S: `${SECRET}\n` }),
    wrong('a secret with another prefix', `${BASE}    secrets: ["\${S}"]\n`, 'd.yaml:6: crm: secrets cannot use S: it has the prefix "whsk_"', { S: SECRET.replace('whsec_', 'whsk_') }),
    wrong('a secret of 23 bytes', `${BASE}    secrets: ["\${S}"]\n`, 'd.yaml:6: crm: secrets cannot use S: it is too short: 23 bytes', { S: `whsec_${Buffer.alloc(23, 7).toString('base64')}` }),
    wrong('a further secret of one byte', `${BASE}    secrets: ["\${S}", "\${T}"]\n`, 'd.yaml:6: crm: secrets cannot use T: it is too short: 1 bytes', { S: SECRET, T: 'whsec_YQ==' }),
    wrong('a header with a line feed', `${BASE}    headers: { x-key: "\${S}" }\n`, 'd.yaml:6: crm: headers cannot use S: it has white space or a line break', { S: 'a\nb' }),
    wrong('a header with a sign that none can hold', `${BASE}    headers: { x-key: "\${S}" }\n`, 'd.yaml:6: crm: headers hold a character', { S: '“key”' }),
    wrong('a duration without a unit', `${BASE}    timeout: "15"\n`, 'd.yaml:6: "timeout" must be a number with a unit'),
    wrong('a pattern that is none', `${BASE}    expect: { body: "(" }\n`, 'd.yaml:6: "expect.body" is no regular expression'),
    wrong('secrets of a get', `${BASE.replace('post', 'get')}    secrets: ["\${S}"]\n`, 'd.yaml:6: "secrets" sign the body of a post'),
  ];

  test.each(own)('with %s has one broken destination, named with its line and without values of variables; what is for it waits', (_title, text, message, variables) => {
    const [crm, other] = parse(`destinations:\n${text}  - { id: other, mode: get, url: "https://n.example/", kinds: [conversion] }\n`, variables);
    expect(crm).toMatchObject({ id: 'crm', problem: expect.stringContaining(message) });
    expect(crm && [obstacleOf(crm)?.startsWith('cannot be used: d.yaml:'), subscribes(crm, 'order.assembled', 'alpina')]).toEqual([true, true]);
    for (const value of Object.values(variables)) expect(crm).toMatchObject({ problem: expect.not.stringContaining(value) });
    expect(other && [isBroken(other), obstacleOf(other)]).toEqual([false, undefined]);
  });

  test('joins the macros to the query of an address', () => {
    const text = BASE.replace('post', 'get').replace('https://crm.example/in', '"${U}?c={click_id}"');
    expect(parse(`destinations:\n${text}`, { U: 'https://n.example/?nid=1' })).toMatchObject([{ url: 'https://n.example/?nid=1&c={click_id}' }]);
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
