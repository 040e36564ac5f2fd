import { expect, test } from '@jest/globals';

import { unjoinedProblems } from '../../../src/enriched/subscribers/unjoined.ts';

test('unsubscriptions in quarantine and contacts that billing does not know are problems with what helps', () => {
  expect(unjoinedProblems({ objectionsWaiting: 0, contactsUnknown: 0 })).toEqual([]);
  expect(unjoinedProblems({ objectionsWaiting: 1, contactsUnknown: 1_200 })).toEqual([
    { code: 'contacts_unknown', message: expect.stringMatching(/^1,200 contacts that events name/), next: expect.stringContaining('hub import-billing') },
    { code: 'objections_waiting', message: expect.stringMatching(/^1 unsubscription waits in quarantine/), stream: 'unsubscribe', next: 'hub quarantine list --entity unsubscribe' },
  ]);
});
