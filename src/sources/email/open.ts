import { boolean, personal, text } from '../contract/contract.ts';
import { emailEvent } from '../contract/email-event.ts';

/** E-mail event: the pixel of a message was loaded. */
export const open = emailEvent(
  'open',
  'email_opens',
  'A message that was opened, by its reader or by a machine.',
  { UserAgent: text(), IpAddress: text({ ...personal, shape: 'ip_address' }), IsMachine: boolean({ note: 'As the e-mail tool says.' }) },
  { machines: true },
);
