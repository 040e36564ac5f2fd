import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { armFailpoint, failpoint, failpoints } from '../../src/core/failpoint.ts';

describe('failpoints', () => {
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  afterEach(() => {
    armFailpoint(undefined);
    kill.mockClear();
  });

  test.each([undefined, '', 'import.batch.committed'])('armed with %j, no other one does anything', (spec) => {
    armFailpoint(spec);
    for (const name of failpoints) if (name !== spec) failpoint(name);
    expect(kill).not.toHaveBeenCalled();
  });

  test('one with a name that no place has is a mistake: a test would pass without its crash', () => {
    expect(() => armFailpoint('lock.aquired:2')).toThrow(expect.objectContaining({ kind: 'configuration', code: 'unknown_failpoint' }));
  });

  test('an armed one kills this process at once', () => {
    armFailpoint('lock.acquired');
    failpoint('lock.acquired');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGKILL');
  });

  test('with a count it kills at that pass and not before', () => {
    armFailpoint('lock.acquired:3');
    failpoint('lock.acquired');
    failpoint('lock.acquired');
    expect(kill).not.toHaveBeenCalled();
    failpoint('lock.acquired');
    expect(kill).toHaveBeenCalledTimes(1);
  });

  test('each name occurs once', () => {
    expect(new Set(failpoints).size).toBe(failpoints.length);
  });
});
