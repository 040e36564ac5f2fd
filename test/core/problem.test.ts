import { describe, expect, test } from '@jest/globals';

import { HubError } from '../../src/core/errors.ts';
import { messagesOf, problem, problemOf } from '../../src/core/problem.ts';

describe('a problem', () => {
  test('holds what is known of its place, and nothing else', () => {
    const place = { brand: 'alpina', stream: 'invoice', batch: null, file: '', line: 4, column: undefined, next: 'Ask.' };
    expect(problem('bad', 'Bad.', place)).toStrictEqual({ code: 'bad', message: 'Bad.', brand: 'alpina', stream: 'invoice', line: 4, next: 'Ask.' });
    expect(Object.keys(problem('bad', 'Bad.'))).toEqual(['code', 'message']);
  });

  test('holds no address and no password, wherever a text of it has one', () => {
    const found = problem('bad', 'Of anna@kunde.shop.', { file: 'anna%40kunde.shop.csv', next: 'Open mysql://root:s3cr3t@host/hub.' });
    expect(JSON.stringify(found)).not.toMatch(/anna|s3cr3t/);
    expect(found).toMatchObject({ message: 'Of <address>', next: 'Open mysql://host/hub.' });
  });

  test('gives its message to the warnings', () => {
    expect(messagesOf([problem('a', 'One'), problem('b', 'Two')])).toEqual(['One', 'Two']);
  });
});

describe('the problem of an error', () => {
  test('has its code, its place and its next step; the entity is the stream', () => {
    const context = { brand: 'alpina', entity: 'open', batch: '20260301T050000Z', file: 'a.csv', line: 2, column: 'Email', rows: 3 };
    expect(problemOf(new HubError('refused', 'bad', 'Bad.', { context, nextStep: 'Ask.' }))).toStrictEqual({
      ...{ code: 'bad', message: 'Bad.', brand: 'alpina', stream: 'open', batch: '20260301T050000Z' },
      ...{ file: 'a.csv', line: 2, column: 'Email', next: 'Ask.' },
    });
  });

  test('that is an interruption says that the command goes on where it was', () => {
    expect(problemOf(new HubError('interrupted', 'interrupted', 'Stop.')).next).toBe('Run the command again: it takes up what is left.');
    expect(problemOf(new HubError('transient', 'away', 'Away.')).next).toBeUndefined();
  });

  test('that hub did not make holds no value that a library quoted', () => {
    const found = problemOf(new TypeError('Cannot read "Anna Muster" of anna@kunde.shop'));
    expect(found).toMatchObject({ code: 'unexpected_error', message: 'Cannot read <text> of <address>', next: expect.stringContaining('--log-level debug') });
    expect(problemOf('thrown')).toMatchObject({ code: 'unexpected_error', message: 'thrown' });
  });
});
