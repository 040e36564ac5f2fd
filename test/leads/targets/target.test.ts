import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { compileTarget, renderTarget, type MacroValues, type Target } from '../../../src/leads/targets/target.ts';

const HOSTS = new Set(['go.example', 'go.example:8443']);

function target(template: string): Target {
  const compiled = compileTarget(template, HOSTS, ['error_fields', 'next']);
  if ('problem' in compiled) throw new Error(compiled.problem);
  return compiled;
}

describe('compileTarget', () => {
  test.each(['https://go.example', 'https://GO.example/a', 'https://go.example:8443/{sub1}?l={lead_id}#{brand}', 'https://go.example?x={partner}'])('takes %s', (template) => {
    expect(compileTarget(template, HOSTS)).toMatchObject({ template });
  });

  test.each([
    ['http://go.example/', 'must begin with https://'],
    ['//go.example/', 'must begin with https://'],
    ['https://go.example@evil.example/', 'must begin with https://'],
    ['https://user:pass@go.example/', 'must begin with https://'],
    ['https://go.example\\.evil.example/', 'must begin with https://'],
    ['https://go.example.evil.example/', 'leads to go.example.evil.example'],
    ['https://go.example:444/', 'leads to go.example:444'],
    ['https://{sub1}/', 'has a macro in its scheme or host'],
    ['https://go.example{sub1}/', 'has a macro in its scheme or host'],
    ['{sub1}', 'has a macro in its scheme or host'],
    ['https://go.example/{email}', '{email} is no macro here'],
    ['https://go.example/{next}', '{next} is no macro here'],
    ['https://go.example/{sub1', 'has a brace without its partner'],
    ['https://go.example/a b', 'has a blank'],
    ['https://go.example/\r\nset-cookie:x', 'has a blank'],
  ])('refuses %j, which %s', (template, problem) => {
    expect(compileTarget(template, HOSTS)).toEqual({ problem: expect.stringContaining(problem) });
  });
});

describe('renderTarget', () => {
  test('encodes values, leaves what is missing empty and cuts what is long', () => {
    expect(renderTarget(target('https://go.example/{sub1}?a={sub2}&b={sub3}&c={sub4}'), { sub1: 'ü/ö', sub2: 'a&b=c#d', sub3: null, sub4: 'x'.repeat(300) })).toBe(
      `https://go.example/%C3%BC%2F%C3%B6?a=a%26b%3Dc%23d&b=&c=${'x'.repeat(200)}`,
    );
  });

  test('passes the whole next address through a partner', () => {
    const next = `https://go.example/?l=${'y'.repeat(400)}`;
    expect(new URL(renderTarget(target('https://go.example/via?u={next}'), { next })).searchParams.get('u')).toBe(next);
  });

  test('leads to the declared host and under its path, whatever the values are', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('..', '.', '//evil.example', '@evil.example', '\\evil.example', '\r\nx: y', '%2e%2e', 'javascript:alert(1)'));
    fc.assert(
      fc.property(fc.record({ sub1: value, sub2: value, lead_id: value, error_fields: value }), (values: MacroValues) => {
        const url = renderTarget(target('https://go.example/in/{sub1}/{sub2}?l={lead_id}&e={error_fields}'), values);
        expect(url).toMatch(/^[!-~]+$/);
        const parsed = new URL(url);
        expect(parsed.origin).toBe('https://go.example');
        expect(parsed.pathname).toMatch(/^\/in\/[^/]*\/[^/]*$/);
        expect([...parsed.searchParams.keys()]).toEqual(['l', 'e']);
      }),
    );
  });
});
