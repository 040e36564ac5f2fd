import { describe, expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { compileRules } from '../../../src/enriched/rules/rules.ts';
import { rulesWithFunnel, withFunnelFile } from './rule-file.ts';
import { shippedRules, shippedSources } from './shipped-rules.ts';

const one = `fact: funnel_step
rules:
  - id: funnel.frontend.words
    type: frontend
    words: [Main Offer]
    examples: { match: [Main offer], no_match: [Main road] }
`;

function errorOf(action: () => unknown): HubError {
  try {
    action();
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('compileRules', () => {
  test.each([
    ['a type that the fact does not have', one.replace('type: frontend', 'type: fronted'), 3, 'type "fronted" is none of'],
    ['a key that no rule has', one.replace('words:', 'wrods:'), 5, 'Unrecognized key'],
    ['a missing example', one.replace(', no_match: [Main road]', ''), 6, 'no_match'],
    ['an empty list of words', one.replace('[Main Offer]', '[]'), 5, 'words'],
    ['a word that is no text', one.replace('[Main Offer]', '[Main Offer, 12]'), 5, 'words'],
    ['a pattern that is no regular expression', one.replace('words: [Main Offer]', "patterns: ['up(']"), 3, '"up(" is no regular expression'],
    ['a list that does not exist', one.replace('Main Offer', "'{offer}'"), 3, 'no list named "offer"'],
    ['a condition that the fact does not have', one.replace('    examples', '    when: { amount: positive }\n    examples'), 3, '"amount" is no condition here'],
    ['nothing to decide by', one.replace('    words: [Main Offer]\n', ''), 3, 'needs words, patterns or conditions'],
    ['an unknown fact', one.replace('funnel_step', 'funnel'), 1, '"funnel" is none of'],
    ['an id without dots', one.replace('funnel.frontend.words', 'Frontend'), 3, 'lower-case words with dots'],
    ['the same id twice', one + one.slice(one.indexOf('  - id')), 7, 'this id is used twice'],
    ['broken YAML', one.replace('[Main Offer]', '[Main Offer'), 6, ''],
  ])('names file and line of %s', (_, text, line, message) => {
    const error = errorOf(() => rulesWithFunnel(text));
    expect(error).toMatchObject({ kind: 'configuration', code: 'rules_invalid', context: { line } });
    expect(error.message).toContain(`config/rules/funnel-step.yaml:${line}: `);
    expect(error.message).toContain(message);
    expect(error.nextStep).toBeDefined();
  });

  test('names a condition whose value does not fit', () => {
    const sources = shippedSources.map(({ file, text }) => ({ file, text: text.replace('test_flag: true }', 'test_flag: maybe }') }));
    const error = errorOf(() => compileRules(sources));
    expect(error.message).toMatch(/test-account\.yaml:\d+: test\.account\.flag: test_flag must be true or false/);
  });

  test('names every problem of a file', () => {
    const two = one.replace('frontend\n', 'a\n') + one.slice(one.indexOf('  - id')).replace('words', 'b').replace('frontend\n', 'c\n');
    expect(errorOf(() => rulesWithFunnel(two)).context).toMatchObject({ problems: 2 });
  });

  test('names a fact that has two files, or none', () => {
    const twice = [...shippedSources, { file: 'zz.yaml', text: one }];
    expect(errorOf(() => compileRules(twice)).message).toContain('zz.yaml:1: fact: another file already holds');
    const none = withFunnelFile(one).slice(0, -1);
    expect(errorOf(() => compileRules(none)).message).toContain('no file holds the rules of funnel_step');
  });

  test('names an override for a brand that is not configured', () => {
    const override = one.slice(one.indexOf('  - id')).replaceAll(/^/gm, '  ').replace('id: ', 'id: alpine.').trimEnd();
    const sources = withFunnelFile(`${one}brands:\n  alpine:\n${override}\n`);
    expect(errorOf(() => compileRules(sources, ['alpina'])).message).toMatch(/yaml:9: brands: "alpine" is no configured brand/);
    expect(() => compileRules(sources, ['alpine'])).not.toThrow();
    expect(() => compileRules(sources)).not.toThrow();
  });

  test('refuses chain thresholds that are no days', () => {
    const sources = shippedSources.map(({ file, text }) => ({ file, text: text.replace('_after: 30', '_after: soon') }));
    expect(errorOf(() => compileRules(sources)).message).toMatch(/chains\.yaml:5: relations\.replacement_days_after/);
  });
});

describe('Rules.version', () => {
  test('stays with comments, examples and the order of files, and changes with a rule', () => {
    const rules = rulesWithFunnel(one);
    expect(rulesWithFunnel(`# why\n${one.replace('Main road', 'Main street')}`).version).toBe(rules.version);
    expect(compileRules(withFunnelFile(one).reverse()).version).toBe(rules.version);
    const changed = rulesWithFunnel(one.replace('[Main Offer]', '[Main Offer, Big Offer]'));
    expect(changed.version).not.toBe(rules.version);
    expect(changed.of('funnel_step').version).not.toBe(rules.of('funnel_step').version);
    expect(changed.of('charge_category').version).toBe(rules.of('charge_category').version);
  });

  test('changes with a threshold of the chains', () => {
    const sources = shippedSources.map(({ file, text }) => ({ file, text: text.replace('_after: 30', '_after: 31') }));
    expect(compileRules(sources).version).not.toBe(shippedRules.version);
  });
});
