import { expect, test } from '@jest/globals';

import { rowShower } from '../../src/served-feeds/format/shown-row.ts';
import type { OutputColumn } from '../../src/served-feeds/query/feed-query.ts';

const text = (name: string): OutputColumn => ({ name, type: 'text', source: { kind: 'column', column: name } });

test('an address that somebody wrote into a text leaves hub no more than another one', () => {
  const columns = [text('utm_source'), text('utm_campaign'), text('partner')];
  const show = rowShower({ outputs: columns, currency: undefined }, columns, undefined);
  expect(show(['mail anna@mail.example', 'x%40mail.example', 'search 50 % off'])).toEqual(['mail <address>', '<address>', 'search 50 % off']);
  expect(show([null, '', 'a@'])).toEqual([null, '', 'a@']);
});
