import { describe, expect, test } from '@jest/globals';

import { HubError, codeOf, isTransient, messageOf } from '../../src/core/errors.ts';

describe('HubError', () => {
  test('keeps kind, code, cause and next step, and drops context that is not known', () => {
    const cause = new Error('low level');
    const error = new HubError('refused', 'missing_column', 'A column is missing.', {
      context: { file: 'a.csv', line: 1, column: undefined },
      nextStep: 'Write it again.',
      cause,
    });
    expect(error).toMatchObject({ kind: 'refused', code: 'missing_column', name: 'HubError', nextStep: 'Write it again.', cause });
    expect(error.context).toEqual({ file: 'a.csv', line: 1 });
  });

  test('has no cause and no next step if none is given', () => {
    const error = new HubError('unexpected', 'x', 'y');
    expect('cause' in error).toBe(false);
    expect(error.nextStep).toBeUndefined();
    expect(error.context).toEqual({});
  });
});

describe('isTransient', () => {
  test('only a transient HubError is worth a retry', () => {
    expect(isTransient(new HubError('transient', 'a', 'b'))).toBe(true);
    expect(isTransient(new HubError('refused', 'a', 'b'))).toBe(false);
    expect(isTransient(new Error('transient'))).toBe(false);
    expect(isTransient(undefined)).toBe(false);
  });
});

describe('messageOf', () => {
  test('gives the message of errors of every realm, and the text of everything else', () => {
    class SqliteError {
      readonly message = 'no such table: t';
      readonly code = 'SQLITE_ERROR';
    }
    expect(messageOf(new Error('why'))).toBe('why');
    expect(messageOf(new SqliteError())).toBe('no such table: t');
    expect(messageOf('thrown text')).toBe('thrown text');
    expect(messageOf(undefined)).toBe('undefined');
    expect(messageOf(null)).toBe('null');
  });
});

describe('codeOf', () => {
  test('finds the code on the error or on one of its causes', () => {
    const inner = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(codeOf(inner)).toBe('ECONNREFUSED');
    expect(codeOf(new Error('outer', { cause: new Error('middle', { cause: inner }) }))).toBe('ECONNREFUSED');
    expect(codeOf({ code: 7, cause: { code: 'X' } })).toBe('X');
    expect(codeOf(new Error('none'))).toBeUndefined();
    expect(codeOf('text')).toBeUndefined();
    expect(codeOf(null)).toBeUndefined();
  });
});
