import { expect, test } from '@jest/globals';

import { probes } from '../../../src/serve/limits/probes.ts';

test('a client may ask for so many addresses, and for those again', () => {
  const asked = probes(3);
  expect(['a', 'b', 'c', 'd', 'a'].map((hash) => asked.mayAsk('x', hash, 0))).toEqual([true, true, true, false, true]);
});

test('another client is not concerned', () => {
  const asked = probes(1);
  expect([asked.mayAsk('x', 'a', 0), asked.mayAsk('x', 'b', 0), asked.mayAsk('y', 'b', 0)]).toEqual([true, false, true]);
});

test('an address counts for ten minutes after it was asked for last', () => {
  const asked = probes(2);
  asked.mayAsk('x', 'a', 0);
  asked.mayAsk('x', 'b', 300_000);
  expect(asked.mayAsk('x', 'c', 599_999)).toBe(false);
  expect(asked.mayAsk('x', 'c', 600_000)).toBe(true);
  expect(asked.mayAsk('x', 'd', 899_999)).toBe(false);
});

test('clients that are quiet are forgotten', () => {
  const asked = probes(20);
  for (let n = 0; n < 100; n++) asked.mayAsk(`client ${n}`, 'a', n);
  asked.mayAsk('other', 'a', 600_050);
  expect(asked.size).toBe(50);
});
