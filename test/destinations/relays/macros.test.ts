import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { macroNames, macrosOf, renderTemplate, templateProblem } from '../../../src/destinations/relays/macros.ts';

describe('renderTemplate', () => {
  test('puts values in URL-encoded, a missing one empty', () => {
    const template = 'https://n.example/{sub1}/?c={click_id}&p={payout}&cur={currency}&o={order_id}&s={sub5}';
    const payload = { click_id: 'a b&c=ü/?#', payout: 12.5, currency: 'EUR', sub1: '../x', order_id: null };
    expect(renderTemplate(template, [], payload)).toEqual({ url: 'https://n.example/..%2Fx/?c=a%20b%26c%3D%C3%BC%2F%3F%23&p=12.5&cur=EUR&o=&s=' });
  });

  test.each([[{}], [{ click_id: '' }], [{ click_id: null }], ['text'], [null]])('says which required macro is missing in %j', (payload) => {
    expect(renderTemplate('https://n.example/{click_id}', ['click_id'], payload)).toEqual({ problem: 'click_id is required but missing' });
  });

  test('takes texts and numbers only, and no inherited field', () => {
    expect(renderTemplate('https://n.example/{sub1}', [], { sub1: { a: 1 } })).toEqual({ problem: 'sub1 is neither text nor a number' });
    expect(renderTemplate('https://n.example/{sub1}', [], Object.create({ sub1: 'x' }))).toEqual({ url: 'https://n.example/' });
  });

  test('never lets a value change the host or add a parameter, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...macroNames), (value, name) => {
        const rendered = renderTemplate(`https://n.example/p/{${name}}?a={${name}}&b=1`, [], { [name]: value });
        const url = new URL('url' in rendered ? rendered.url : '');
        expect([url.host, [...url.searchParams.keys()], url.hash]).toEqual(['n.example', ['a', 'b'], '']);
        expect(url.searchParams.get('a')).toBe(value.toWellFormed());
      }),
    );
  });
});

describe('templateProblem', () => {
  test.each([
    ['https://n.example/{clickid}', '{clickid} is no macro'],
    ['https://n.example/{click_id', 'has a brace without its partner'],
    ['https://{sub1}.example/', 'has a macro in its host'],
    ['https://n.example:{sub1}/', 'has a macro in its host'],
    ['https://{sub1}@n.example/', 'has a macro in its host'],
  ])('of %s: %s', (template, problem) => {
    expect(templateProblem(template)).toContain(problem);
  });

  test('is none if every macro is known and stands in path or query', () => {
    expect(templateProblem('https://n.example/{sub1}?c={click_id}')).toBeUndefined();
    expect(macrosOf('https://n.example/{sub1}?c={click_id}&d={sub1}')).toEqual(['sub1', 'click_id']);
  });
});
