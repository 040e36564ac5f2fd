import { describe, expect, test } from '@jest/globals';

import { countryCode } from '../../../src/core/iso/countries.ts';
import { COUNTRY_NAMES } from '../../../src/core/iso/country-names.ts';

const countries = COUNTRY_NAMES.trim().split('\n').map((line) => ({ alpha2: line.slice(0, 2), alpha3: line.slice(3, 6), names: line.slice(7).split('|') }));

describe('a country', () => {
  test.each([
    ['US', ['US', 'us', 'USA', 'usa', 'U.S.', 'U.S.A.', 'United States', 'United states', 'United States of America', 'THE UNITED STATES', 'États-Unis', 'Vereinigte Staaten', 'EE. UU.', 'Stati Uniti']],
    ['GB', ['GB', 'UK', 'GBR', 'U.K.', 'Great Britain', 'England', 'Scotland', 'Wales', 'Northern Ireland', 'Großbritannien', 'Grossbritannien', 'Royaume-Uni', 'Regno Unito']],
    ['CZ', ['CZ', 'CZE', 'Czech Republic', 'Czechia', 'Tschechien', 'Tschechische Republik', 'République tchèque', 'Repubblica Ceca']],
    ['TR', ['TR', 'TUR', 'Turkey', 'Türkiye', 'TURKIYE', 'Türkei', 'Tuerkei', 'Turquie', 'Turchia']],
    ['HK', ['HK', 'HKG', 'Hong Kong', 'Hongkong', 'Hong Kong SAR China']],
    ['NL', ['NL', 'NLD', 'Netherlands', 'The Netherlands', 'Netherlands (the)', 'Holland', 'Niederlande', 'die Niederlande', 'Pays-Bas', 'Paesi Bassi', 'Países Bajos']],
    ['KR', ['KR', 'KOR', 'South Korea', 'Korea', 'Korea, Republic of', 'Republic of Korea', 'Südkorea', 'Corée du Sud']],
    ['RU', ['RU', 'RUS', 'Russia', 'Russian Federation', 'Russland', 'Rusland', 'Russie', 'Rusia']],
    ['AT', ['AT', 'aut', ' Austria ', 'Österreich', 'ÖSTERREICH', 'Osterreich', 'Oesterreich', 'Autriche', 'Oostenrijk']],
    ['CI', ["Côte d'Ivoire", 'Côte d’Ivoire', 'Cote dIvoire', 'Ivory Coast', 'Elfenbeinküste']],
    ['BA', ['Bosnia & Herzegovina', 'Bosnia and Herzegovina', 'Bosnien und Herzegowina']],
    ['MK', ['North Macedonia', 'Macedonia', 'Macedonia, the former Yugoslav Republic of']],
    ['DE', ['Germany ', '\u00a0germany', 'Germania', 'Allemagne', 'DEU']],
    ['GR', ['EL', 'Greece', 'Griechenland']],
  ])('%s is known however exports write it', (code, spellings) => {
    expect(spellings.map((spelling) => [spelling, countryCode(spelling)])).toEqual(spellings.map((spelling) => [spelling, code]));
  });

  test('that is none stays unknown', () => {
    const texts = [null, '', ' ', 'EU', 'ZZ', 'XX', 'Bavaria', 'N/A', 'n.a.', 'null', '-', 'ABC', 'Atlantis', '42'];
    expect(texts.map(countryCode)).toEqual(texts.map(() => undefined));
  });

  test('is not taken for another one with nearly its name', () => {
    const names = ['Niger', 'Nigeria', 'Guinea', 'Guinea-Bissau', 'Equatorial Guinea', 'Congo', 'Democratic Republic of the Congo', 'South Korea', 'North Korea', 'Dominica', 'Dominican Republic'];
    expect(names.map(countryCode)).toEqual(['NE', 'NG', 'GN', 'GW', 'GQ', 'CG', 'CD', 'KR', 'KP', 'DM', 'DO']);
  });
});

describe('the table of countries', () => {
  test('has all 249 of ISO 3166-1 and Kosovo, each once', () => {
    expect(countries).toHaveLength(250);
    expect(new Set(countries.map(({ alpha2 }) => alpha2)).size).toBe(250);
    expect(new Set(countries.map(({ alpha3 }) => alpha3)).size).toBe(250);
    for (const { alpha2, alpha3 } of countries) expect(`${alpha2} ${alpha3}`).toMatch(/^[A-Z]{2} [A-Z]{3}$/);
  });

  test('has no name for two countries: codes and names all lead back to their own', () => {
    for (const { alpha2, alpha3, names } of countries) {
      for (const text of [alpha2, alpha3, ...names, ...names.map((name) => name.toUpperCase())]) expect([text, countryCode(text)]).toEqual([text, alpha2]);
    }
  });

  test('names each country in six languages', () => {
    expect(['Germany', 'Deutschland', 'Allemagne', 'Duitsland', 'Alemania', 'Germania'].map(countryCode)).toEqual(Array(6).fill('DE'));
    expect(['Switzerland', 'Schweiz', 'Suisse', 'Zwitserland', 'Suiza', 'Svizzera'].map(countryCode)).toEqual(Array(6).fill('CH'));
    expect(['Croatia', 'Kroatien', 'Croatie', 'Kroatië', 'Croacia', 'Croazia'].map(countryCode)).toEqual(Array(6).fill('HR'));
  });
});
