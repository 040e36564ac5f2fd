import { beforeEach, expect, test } from '@jest/globals';

import { contact } from '../../../src/sources/billing/contact.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { emailState, eventRow, fold, importEmail, writeEvents } from '../../support/stages/email.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, testLake } from '../../support/lakes/lake.ts';

const ID = '8ab1575f983ec41cf4d68182042c61a2';
const DASHED = '8ab1575f-983e-c41c-f4d6-8182042c61a2';
const COLUMNS = ['Id', 'AccountId', 'WorkEmail', 'Deleted', 'UpdatedDate'];

describeEachDatabase('an unsubscription that names a contact', (suite) => {
  beforeEach(() => suite.empty());

  test.each([
    ['with dashes', ID, DASHED],
    ['in braces and capitals', ID, `{${DASHED.toUpperCase()}}`],
    ['as billing writes it, which has dashes', DASHED, DASHED],
    ['without the dashes that billing writes', DASHED, ID],
    ['in lower case, where billing writes capitals', ID.toUpperCase(), ID],
  ])('%s is the contact’s, whichever of both comes first', async (_title, inBilling, inEvent) => {
    for (const contactFirst of [true, false]) {
      await suite.empty();
      const [lake, clock] = [testLake(), testClock()];
      lake.write('contact', '20260201T050000Z', csv([{ Id: inBilling, AccountId: ID, WorkEmail: 'anna@mail.invalid', Deleted: 'false', UpdatedDate: '2026-02-01' }], COLUMNS));
      writeEvents(lake, 'unsubscribe', '20260302T030000Z', [eventRow('unsubscribe', 1, { Email: '', ContactId: inEvent, OccurredAt: '2026-03-01 08:00:00' })]);
      const contacts = () => importLake(suite.database, lake, clock, { entities: [contact], rejectLimit: parseRejectLimit('100%') });
      if (contactFirst) await contacts();
      await importEmail(suite.database, lake, clock);
      if (!contactFirst) await contacts();
      await fold(suite.database, clock);
      const { email_subscribers: subscribers = [] } = await emailState(suite.database);
      expect(subscribers).toMatchObject([{ unsubscribed_at: '2026-03-01 08:00:00.000000' }]);
    }
  });
});
