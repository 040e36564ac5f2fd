import { describe, expect, test } from '@jest/globals';

import { judge, ratioOf, spreadOf } from '../../bench/samples.ts';

describe('spreadOf', () => {
  test('takes the middle sample of an odd number of them', () => {
    expect(spreadOf([9, 1, 4])).toEqual({ min: 1, median: 4, max: 9 });
  });

  test('takes the mean of the middle two of an even number', () => {
    expect(spreadOf([10, 1, 4, 6])).toEqual({ min: 1, median: 5, max: 10 });
  });

  test('fails without samples rather than giving a number that means nothing', () => {
    expect(() => spreadOf([])).toThrow('no samples');
  });
});

describe('ratioOf', () => {
  test('compares the medians, and each round by itself', () => {
    expect(ratioOf([10, 30, 20], [5, 10, 5])).toEqual({ value: 4, rounds: [2, 3, 4] });
  });
});

describe('judge', () => {
  test('meets a lower limit from the limit on', () => {
    expect(judge(4, { atLeast: 4 })).toEqual({ met: true, margin: 1 });
    expect(judge(3, { atLeast: 4 })).toEqual({ met: false, margin: 0.75 });
  });

  test('meets an upper limit up to the limit', () => {
    expect(judge(300, { atMost: 300 })).toEqual({ met: true, margin: 1 });
    expect(judge(400, { atMost: 300 })).toEqual({ met: false, margin: 0.75 });
  });
});
