import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { fillTemplate, macroNames, macrosOf, renderTemplate, templateProblem } from '../../../src/relays/destinations/macros.ts';

describe('renderTemplate', () => {
  test('puts values in URL-encoded, a missing one empty', () => {
    const template = 'https://n.example/{sub1}/?c={click_id}&p={payout}&cur={currency}&o={order_id}&s={sub5}';
    const payload = { click_id: 'a b&c=ü/?#', payout: 12.5, currency: 'EUR', sub1: '../x', order_id: null };
    expect(renderTemplate(template, [], JSON.stringify(payload))).toEqual({ url: 'https://n.example/..%2Fx/?c=a%20b%26c%3D%C3%BC%2F%3F%23&p=12.5&cur=EUR&o=&s=' });
  });

  test.each([[{}], [{ click_id: '' }], [{ click_id: null }], ])('says which required macro is missing in %j', (payload) => {
    expect(renderTemplate('https://n.example/{click_id}', ['click_id'], JSON.stringify(payload))).toEqual({ problem: 'click_id is required but missing' });
  });

  test('takes texts and numbers of an object only', () => {
    for (const value of ['{"a":1}', '[1]', 'true']) {
      expect(renderTemplate('https://n.example/{sub1}', [], `{"sub1":${value}}`)).toEqual({ problem: 'sub1 is neither text nor a number' });
    }
    for (const payload of ['"text"', 'null', '[]', '{']) expect(renderTemplate('https://n.example/{sub1}', [], payload)).toEqual({ problem: 'the payload is no JSON object' });
  });

  test.each([
    ['9123456789012345678', '9123456789012345678'],
    ['-4.50', '-4.50'],
    ['1e3', '1000'],
    ['1.0000000000000000001e3', '1.0000000000000000001e3'],
  ])('writes the number %s with its digits: %s', (number, text) => {
    expect(renderTemplate('https://n.example/?c={click_id}', [], `{"click_id":${number}}`)).toEqual({ url: `https://n.example/?c=${text}` });
  });

  test.each([
    ['https://n.example/a/{sub1}/pb', '.'],
    ['https://n.example/a/{sub1}/pb', '..'],
    ['https://n.example/a/{sub1}', '..'],
    ['https://n.example/a/.{sub1}/pb?c=1', '.'],
    ['https://n.example/a/%2e{sub1}/pb?c=1', '.'],
  ])('does not let a value make a part of the path dots: %s with %s', (template, sub1) => {
    expect(renderTemplate(template, [], JSON.stringify({ sub1 }))).toEqual({ problem: 'sub1 would make a part of the path . or .., which calls another path' });
  });

  test('takes dots where they are a name or a value', () => {
    expect(renderTemplate('https://n.example/{sub1}/x?c={sub2}', [], '{"sub1":"...","sub2":".."}')).toEqual({ url: 'https://n.example/.../x?c=..' });
  });

  test('never lets a value change the host or add a parameter, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...macroNames), (value, name) => {
        const rendered = renderTemplate(`https://n.example/p/{${name}}?a={${name}}&b=1`, [], JSON.stringify({ [name]: value }));
        if ('problem' in rendered) {
          expect(['.', '..']).toContain(value);
          return;
        }
        const url = new URL(rendered.url);
        expect([url.host, url.pathname.split('/').slice(0, 2), [...url.searchParams.keys()], url.hash]).toEqual(['n.example', ['', 'p'], ['a', 'b'], '']);
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
    ['https://n.example/?a=1#{sub1}', 'has a fragment'],
    ['https://n.example/?a=1&amp;c={click_id}', 'has &amp; in it'],
    ['https://n.example/?nid=1?c={click_id}', 'has a second "?"'],
  ])('of %s: %s', (template, problem) => {
    expect(templateProblem(template)).toContain(problem);
  });

  test('is none if every macro is known and stands in path or query', () => {
    expect(templateProblem('https://n.example/{sub1}?c={click_id}')).toBeUndefined();
    expect(macrosOf('https://n.example/{sub1}?c={click_id}&d={sub1}')).toEqual(['sub1', 'click_id']);
  });
});

describe('fillTemplate', () => {
  test.each([
    ['https://n.example/pb', 'https://n.example/pb?cid={click_id}&k=v'],
    ['https://n.example/?nid=1', 'https://n.example/?nid=1&cid={click_id}&k=v'],
    ['https://n.example/?nid=1&', 'https://n.example/?nid=1&cid={click_id}&k=v'],
    ['https://n.example/?', 'https://n.example/?cid={click_id}&k=v'],
  ])('joins the query of the template to that of the address %s', (address, url) => {
    const values: Record<string, string> = { N: address, K: 'v' };
    expect(fillTemplate('${N}?cid={click_id}&k=${K}', (name) => values[name] ?? '')).toBe(url);
  });

  test('leaves a second "?" of the template itself, for templateProblem to name', () => {
    expect(fillTemplate('https://n.example/?nid=1?cid={click_id}', () => '')).toBe('https://n.example/?nid=1?cid={click_id}');
  });
});
