import { expect, test } from '@jest/globals';

import { md5Hex, sha256Hex } from '../../../src/core/hash.ts';
import { hashesNamed, personOfLead } from '../../../src/leads/steps/email.ts';

const FORM = { emailField: 'mail' };

test('personOfLead is the person of billing, by the hash of the address', () => {
  const hash = sha256Hex('anna@mail.ch');
  expect(personOfLead({ mail: 'anna@mail.ch' }, FORM)).toEqual({ person_id: hash.slice(0, 32), email_sha256: hash, email_md5: md5Hex('anna@mail.ch') });
  expect(personOfLead({ email: 'anna@mail.ch' }, FORM)).toBeUndefined();
});

test('hashesNamed names every address of the field, also where there are two', () => {
  expect(hashesNamed({ pairs: [['mail', ' Anna@mail.ch'], ['mail', 'bob@mail.ch'], ['mail', 'x'], ['mail', null, 'AA=='], ['other', 'eve@mail.ch']] }, FORM)).toEqual([sha256Hex('anna@mail.ch'), sha256Hex('bob@mail.ch')]);
});
