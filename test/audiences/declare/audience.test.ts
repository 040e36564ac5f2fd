import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { compileAudiences } from '../../../src/audiences/declare/audience.ts';

const BRANDS = ['alpina', 'belmont', 'corvina'];

/** The message of the error that the text causes, without its first line. */
function problemsOf(text: string): string[] {
  try {
    compileAudiences('a.yaml', text, BRANDS);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    expect(error).toMatchObject({ kind: 'configuration', code: 'audiences_invalid' });
    return error.message.split('\n').slice(1);
  }
  return [];
}

/** A file with one audience of these lines below its name. */
function withLines(...lines: string[]): string {
  return ['audiences:', '  - name: one', '    description: D', '    platforms: [csv]', ...lines.map((line) => `    ${line}`)].join('\n');
}

describe('the audiences that come with hub', () => {
  const shipped = compileAudiences('config/audiences.yaml', readFileSync('config/audiences.yaml', 'utf8'), BRANDS);

  test('are those of the specification, for all brands, with consent', () => {
    expect(shipped.map(({ name, purpose }) => `${name} ${purpose}`)).toEqual([
      'active_subscribers exclusion',
      'active_readers exclusion',
      'cancelled_90_days targeting',
      'lapsed_engaged targeting',
      'trial_not_converted targeting',
      'one_off_buyers targeting',
      'high_value lookalike',
    ]);
    for (const { brands, consent } of shipped) expect({ brands, consents: [...new Set(Object.values(consent))] }).toEqual({ brands: BRANDS, consents: ['marketing'] });
  });
});

describe('a declaration', () => {
  test.each([
    ['an unknown condition', withLines('where:', '  - lifecycle: active'), /^a\.yaml:6: "audiences\.where\.lifecycle" is no condition; there are subscription, no_subscription, .*, any$/],
    ['an unknown condition inside any', withLines('where:', '  - any:', '      - refunded: true', '      - colour: red'), /^a\.yaml:8: .*colour" is no condition; there are /],
    ['an unknown condition on a subscription', withLines('where:', '  - subscription: { status: active }'), /^a\.yaml:6: .*status" is no condition on a subscription; there are lifecycle, class, /],
    ['a value that a condition does not have', withLines('where:', '  - subscription: { lifecycle: gone }'), /^a\.yaml:6: .*lifecycle" Invalid option: expected one of "draft"\|/],
    ['two conditions in one', withLines('where:', '  - { refunded: true, country: AT }'), /^a\.yaml:6: .*must be one condition/],
    ['no condition', withLines('where: []'), /^a\.yaml:5: "audiences\.where" /],
    ['an unknown key', withLines('colour: red', 'where: [{ refunded: true }]'), /^a\.yaml:5: "audiences\.colour" is no key that belongs here$/],
    ['an unknown brand', withLines('brands: [alpina, delta]', 'where: [{ refunded: true }]'), /^a\.yaml:5: "audiences\.brands" "delta" is none of alpina, belmont, corvina$/],
    ['an unknown audience', withLines('where:', '  - refunded: true', '  - not_in_audience: other'), /^a\.yaml:7: .*there is no audience "other"$/],
    ['an amount that its currency does not have', withLines('where:', '  - spend: { currency: EUR, at_least: ten }'), /^a\.yaml:6: .*"ten" is no amount in EUR$/],
    ['a spend without bounds', withLines('where:', '  - spend: { currency: EUR }'), /^a\.yaml:6: .*needs at_least or at_most$/],
    ['a country that does not exist', withLines('where:', '  - country: [AT, XX]'), /^a\.yaml:6: .*"XX" is no country of ISO 3166$/],
    ['a country by another code than its own', withLines('where:', '  - country: UK'), /^a\.yaml:6: .*"UK" is no country of ISO 3166: write GB$/],
    ['days that are none', withLines('where:', '  - engaged_within_days: 0'), /^a\.yaml:6: .*engaged_within_days" /],
    ['broken YAML', 'audiences: [', /^a\.yaml:1: /],
  ])('with %s is refused, with its line', (_, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(message)]);
  });

  test('cannot do with less consent than its platform needs', () => {
    const text = withLines('consent: no_objection', 'where: [{ refunded: true }]');
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text.replace('[csv]', '[csv, meta]'))).toEqual([expect.stringMatching(/^a\.yaml:5: "audiences\.consent" meta advertises .* needs their consent/)]);
    expect(problemsOf(text.replace('[csv]', '[csv, meta]').replace('consent: no_objection', 'consent: { csv: no_objection }'))).toEqual([]);
  });

  test('cannot have the name of another', () => {
    const text = `${withLines('where: [{ refunded: true }]')}\n${withLines('where: [{ refunded: true }]').split('\n').slice(1).join('\n')}`;
    expect(problemsOf(text)).toEqual(['a.yaml:6: "audiences.name" "one" is declared twice']);
  });

  test('cannot refer to itself, also over others and inside any', () => {
    const audience = (name: string, condition: string): string => `  - { name: ${name}, description: D, platforms: [csv], where: [${condition}] }\n`;
    const chain = `audiences:\n${audience('free', '{ refunded: true }')}${audience('a', '{ in_audience: b }')}${audience('b', '{ any: [{ refunded: true }, { not_in_audience: c }] }')}`;
    expect(problemsOf(`${chain}${audience('c', '{ in_audience: free }')}`)).toEqual([]);
    expect(problemsOf(`${chain}${audience('c', '{ in_audience: a }')}`)).toEqual(['a.yaml:3: "audiences.where" refers to itself: a → b → c → a']);
    expect(problemsOf(withLines('where: [{ not_in_audience: one }]'))).toEqual(['a.yaml:5: "audiences.where" refers to itself: one → one']);
  });
});
