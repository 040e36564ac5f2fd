import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { replaceAddresses, replaceWanted } from '../../../src/core/text/addresses.ts';
import { sha256Hex } from '../../../src/core/hash.ts';

const marked = (text: string): string => replaceAddresses(text, (address) => `[${address}]`);
const without = (address: string, text: string): string => replaceWanted(text, (hash) => hash === sha256Hex(address), sha256Hex, '*');

describe('addresses in texts', () => {
  test.each([
    ['https://s.invalid/u?e=Frida.Klar%2540kunde.shop&x=1', 'https://s.invalid/u?e=[frida.klar@kunde.shop]&x=1'],
    ['https://s.invalid/u?e=gerda@b\u00e4ckerei.example', 'https://s.invalid/u?e=[gerda@b\u00e4ckerei.example]'],
    ['https://s.invalid/a%2Fb%26c%40kunde.shop?d', 'https://s.invalid/[a/b&c@kunde.shop]?d'],
    ['https://s.invalid/?to=a/b&c@kunde.shop&x=1', 'https://s.invalid/?to=[a/b&c@kunde.shop]&x=1'],
    ['https://s.invalid/u/anna@kunde.shop/x', 'https://s.invalid/u/[anna@kunde.shop]/x'],
    ['for anna@mail.invalid, again.', 'for [anna@mail.invalid], again.'],
    ['email=anna@mail.invalid', 'email=[anna@mail.invalid]'],
    ['{"to":"\\u0061nna\\u0040mail.invalid"}', '{"to":"[anna@mail.invalid]"}'],
    ['"line\\nanna@mail.invalid"', '"line\\n[anna@mail.invalid]"'],
    ["'anna@mail.invalid'", "'[anna@mail.invalid]'"],
    ['follow @home, 3 @ 4 and user@host', 'follow @home, 3 @ 4 and user@host'],
    ['100 %40 and %4 and & and \\u00', '100 %40 and %4 and & and \\u00'],
  ])('%j become %j', (text, replaced) => expect(marked(text)).toBe(replaced));
});

describe('every spelling of an address that is looked for', () => {
  const ADDRESS = 'ann/b&c+t@b\u00e4cker.example';

  test.each([
    ['https://s.invalid/?e=ann/b&c+t@b\u00e4cker.example', 'https://s.invalid/?e=*'],
    ['x ann%2Fb%26c%2Bt%40xn--bcker-gra.example y', 'x * y'],
    ['ann/b&c t@b\u00e4cker.example.Thanks', '*.Thanks'],
    ['"ann/b&amp;c&#43;t&#64;b&auml;cker.example"', '"*"'],
    ['ann\\u002fb&c+t@b\\u00e4cker.example', '*'],
    ['ANN/B&C+T@B\u00c4CKER.EXAMPLE!', '*!'],
    ['ann/b&c+t@ba\u0308cker.example', '*'],
    [`e=sha256:${sha256Hex(ADDRESS)}`, 'e=*'],
    ['n ann/b&c+t@other.example', 'n ann/b&c+t@other.example'],
    ['x.ann/b&c+t@b\u00e4cker.examples', 'x.ann/b&c+t@b\u00e4cker.examples'],
  ])('%j becomes %j', (text, cleaned) => expect(without(ADDRESS, text)).toBe(cleaned));

  test('is found whatever escapes its characters have, and nothing else of the text goes', () => {
    const escapes: readonly ((character: string) => string)[] = [
      (character) => character,
      (character) => [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
      (character) => [...Buffer.from(character)].map((byte) => `%25${byte.toString(16).padStart(2, '0')}`).join(''),
      (character) => `&#${character.codePointAt(0) ?? 0};`,
      (character) => `&amp;#x${(character.codePointAt(0) ?? 0).toString(16)};`,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      (character) => `${character.toUpperCase()}\u200b`,
    ];
    const local = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '0', '9', '.', '_', '+', '-', '\u00e4', '/', '&'), minLength: 1, maxLength: 8 }).map((text) => `a${text}z`);
    fc.assert(
      fc.property(local, fc.constantFrom('kunde.shop', 'b\u00e4cker.example'), fc.infiniteStream(fc.nat(escapes.length - 1)), fc.constantFrom<readonly [string, string]>(['', ''], ['<', '>'], ['"', '"'], ['?e=', '&x=1'], ['to ', ', bye']), (part, domain, ways, [before, behind]) => {
        const address = `${part}@${domain}`;
        const written = Array.from(address, (character) => (escapes[ways.next().value as number] as (character: string) => string)(character)).join('');
        expect(without(address, `${before}${written}${behind}`)).toBe(`${before}*${behind}`);
      }),
      { numRuns: 500 },
    );
  });
});
