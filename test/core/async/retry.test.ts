import { describe, expect, jest, test } from '@jest/globals';

import { HubError, isTransient } from '../../../src/core/errors.ts';
import { retry, type RetryPolicy } from '../../../src/core/async/retry.ts';
import { startTimer } from '../../../src/core/time.ts';

const policy: RetryPolicy = { retries: 3, baseMs: 0, capMs: 0, shouldRetry: isTransient };
const busy = new HubError('transient', 'busy', 'Busy.');
const broken = new HubError('unexpected', 'broken', 'Broken.');

describe('retry', () => {
  test('gives the result of the first try that succeeds, and numbers the tries from one', async () => {
    const tries: number[] = [];
    const result = await retry((attempt) => {
      tries.push(attempt);
      return attempt < 3 ? Promise.reject(busy) : Promise.resolve('done');
    }, policy);
    expect(result).toBe('done');
    expect(tries).toEqual([1, 2, 3]);
  });

  test('ends with the error itself when the tries are used up', async () => {
    const work = jest.fn(() => Promise.reject(busy));
    await expect(retry(work, policy)).rejects.toBe(busy);
    expect(work).toHaveBeenCalledTimes(4);
  });

  test('does not try again what a retry cannot help', async () => {
    const work = jest.fn(() => Promise.reject(broken));
    await expect(retry(work, policy)).rejects.toBe(broken);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test('waits a random part of a bound that doubles up to its cap', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
    try {
      const elapsed = startTimer();
      await expect(retry(() => Promise.reject(busy), { ...policy, retries: 4, baseMs: 40, capMs: 100 })).rejects.toBe(busy);
      // Half of 40, 80, 100 and 100.
      expect(elapsed()).toBeGreaterThanOrEqual(155);
      expect(elapsed()).toBeLessThan(1_000);
      expect(random).toHaveBeenCalledTimes(4);
    } finally {
      random.mockRestore();
    }
  });

  test('a signal ends a wait at once, as an interruption', async () => {
    const controller = new AbortController();
    const elapsed = startTimer();
    const work = retry(() => Promise.reject(busy), { ...policy, baseMs: 600_000, capMs: 600_000, signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(work).rejects.toMatchObject({ kind: 'interrupted' });
    expect(elapsed()).toBeLessThan(5_000);
  });

  test('a signal that has come before lets nothing start', async () => {
    const work = jest.fn(() => Promise.resolve(1));
    await expect(retry(work, { ...policy, signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'interrupted' });
    expect(work).not.toHaveBeenCalled();
  });

  test('the error of the work itself is kept although a signal has come', async () => {
    const controller = new AbortController();
    const work = retry(() => {
      controller.abort();
      return Promise.reject(broken);
    }, { ...policy, signal: controller.signal });
    await expect(work).rejects.toMatchObject({ name: 'HubError' });
  });
});
