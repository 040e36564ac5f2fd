import { expect, test } from '@jest/globals';

import { plainId, spellingsOfId } from '../../../src/core/text/platform-id.ts';

const ID = '8ab1575f983ec41cf4d68182042c61a2';
const DASHED = '8ab1575f-983e-c41c-f4d6-8182042c61a2';

test.each([ID, ID.toUpperCase(), DASHED, DASHED.toUpperCase(), `{${DASHED}}`, ` ${ID} `, `urn:uuid:${DASHED}`])('%s is the id of 32 hex digits', (written) => {
  expect(plainId(written)).toBe(ID);
});

test.each(['A00000123', '8ab1575f', 'anna@mail.invalid', `${ID}0`, ''])('"%s" is left as it is', (written) => {
  expect(plainId(written)).toBe(written);
  expect(spellingsOfId(written)).toEqual([written]);
});

test('an id is looked for in every spelling that exports have', () => {
  expect(spellingsOfId(ID)).toEqual([ID, DASHED, ID.toUpperCase(), DASHED.toUpperCase()]);
});
